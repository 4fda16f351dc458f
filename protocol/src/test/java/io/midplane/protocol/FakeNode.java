package io.midplane.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.midplane.protocol.northbound.v1.Credit;
import io.midplane.protocol.northbound.v1.Event;
import io.midplane.protocol.northbound.v1.EventBatch;
import io.midplane.protocol.northbound.v1.Failure;
import io.midplane.protocol.northbound.v1.GetReply;
import io.midplane.protocol.northbound.v1.Items;
import io.midplane.protocol.northbound.v1.Notice;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.RowBatch;
import io.midplane.protocol.northbound.v1.Welcome;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The other end of a client's connection, played by a script on a thread of its own. Frames are put
 * together and taken apart by hand here, so that the client is not tested against its own codec.
 */
final class FakeNode implements AutoCloseable {
  static final int HELLO = 1;
  static final int REQUEST = 2;
  static final int REPLY = 3;
  static final int ITEMS = 4;
  static final int END = 5;
  static final int ERROR = 6;
  static final int CREDIT = 7;
  static final int CANCEL = 8;
  static final int NOTICE = 9;
  static final int OPENED = 10;

  /** What the node does with one connection. */
  interface Script {
    void play(Peer peer) throws Exception;
  }

  private final ServerSocketChannel server;
  private final Path socket;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CountDownLatch played = new CountDownLatch(1);

  private FakeNode(ServerSocketChannel server, Path socket) {
    this.server = server;
    this.socket = socket;
  }

  /** Accepts one connection and plays the script, from the first byte. */
  static FakeNode bare(Path folder, Script script) throws IOException {
    Path socket = folder.resolve("fake.sock");
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    var node = new FakeNode(server, socket);
    Thread.ofPlatform().daemon().name("fake-node").start(() -> node.play(script));
    return node;
  }

  /** Accepts one connection, exchanges greetings and plays the script. */
  static FakeNode greeting(Path folder, Script script) throws IOException {
    return bare(
        folder,
        peer -> {
          peer.expect(HELLO);
          peer.welcome();
          script.play(peer);
        });
  }

  /** A script that answers every get with its table and first key, at once and in order. */
  static void echoGets(Peer peer) throws IOException {
    while (true) {
      Received received = peer.receive();
      if (received == null) {
        return;
      }
      if (received.kind() == REQUEST && received.request().hasGet()) {
        var get = received.request().getGet();
        var key = get.getKey().getValues().getItems(0);
        peer.row(
            received.id(), Row.of("table", get.getTable(), "key", ValueCodec.valueFromProto(key)));
      }
    }
  }

  Path socket() {
    return socket;
  }

  MidplaneClient connect() {
    return MidplaneClient.connect(socket);
  }

  private void play(Script script) {
    try (SocketChannel channel = server.accept()) {
      script.play(new Peer(channel));
    } catch (Throwable e) {
      failure.set(e);
    } finally {
      played.countDown();
    }
  }

  /** Waits for the end of the script and fails with what it failed with. */
  void awaitPlayed() throws Exception {
    if (!played.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the script of the fake node has not ended");
    }
    if (failure.get() != null) {
      throw new AssertionError("the fake node's script failed", failure.get());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
  }

  /** A frame that the client sent. */
  record Received(int kind, long id, byte[] payload) {
    Request request() throws InvalidProtocolBufferException {
      return Request.parseFrom(payload);
    }

    int credits() throws InvalidProtocolBufferException {
      return Credit.parseFrom(payload).getItems();
    }
  }

  /** One connection as the node sees it. Sending is for one thread at a time. */
  static final class Peer {
    private final SocketChannel channel;
    private final DataInputStream in;

    Peer(SocketChannel channel) {
      this.channel = channel;
      in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), 65_536));
    }

    /** The next frame; null at the end of the connection. */
    Received receive() throws IOException {
      try {
        int length = in.readInt();
        long id = in.readLong();
        int kind = in.readByte();
        return new Received(kind, id, in.readNBytes(length - 9));
      } catch (EOFException e) {
        return null;
      }
    }

    Received expect(int kind) throws IOException {
      Received received = receive();
      if (received == null || received.kind() != kind) {
        throw new AssertionError("received " + received + " (expected: kind " + kind + ")");
      }
      return received;
    }

    void expectEnd() throws IOException {
      Received received = receive();
      if (received != null) {
        throw new AssertionError("received " + received + " (expected: the end)");
      }
    }

    void welcome() throws IOException {
      welcome(1, 1 << 20, 4096, 65_536);
    }

    void welcome(int protocol, int maxFrame, int maxOpen, int maxCredits) throws IOException {
      send(
          HELLO,
          0,
          Welcome.newBuilder()
              .setProtocol(protocol)
              .setNode("fake")
              .setVersion("1")
              .setMaxFrameBytes(maxFrame)
              .setMaxOpenRequests(maxOpen)
              .setMaxCredits(maxCredits)
              .build()
              .toByteArray());
    }

    void send(int kind, long id, byte... payload) throws IOException {
      write(frame(kind, id, payload));
    }

    static byte[] frame(int kind, long id, byte... payload) throws IOException {
      var bytes = new ByteArrayOutputStream();
      var out = new DataOutputStream(bytes);
      out.writeInt(9 + payload.length);
      out.writeLong(id);
      out.writeByte(kind);
      out.write(payload);
      return bytes.toByteArray();
    }

    void write(byte... bytes) throws IOException {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }

    void reply(long id, Reply reply) throws IOException {
      send(REPLY, id, reply.toByteArray());
    }

    void row(long id, Row row) throws IOException {
      var get = GetReply.newBuilder().setRow(ValueCodec.toProto(row));
      reply(id, Reply.newBuilder().setGet(get).build());
    }

    void rows(long id, boolean more, Row... rows) throws IOException {
      var batch = RowBatch.newBuilder().setMore(more);
      List.of(rows).forEach(row -> batch.addRows(ValueCodec.toProto(row)));
      send(ITEMS, id, Items.newBuilder().setRows(batch).build().toByteArray());
    }

    void text(long id, String text) throws IOException {
      send(ITEMS, id, Items.newBuilder().setText(text).build().toByteArray());
    }

    void event(long id, Event event, int dropped) throws IOException {
      var batch = EventBatch.newBuilder().addEvents(event).setDropped(dropped);
      send(ITEMS, id, Items.newBuilder().setEvents(batch).build().toByteArray());
    }

    void end(long id) throws IOException {
      send(END, id);
    }

    void error(long id, String code, String message) throws IOException {
      var failure = Failure.newBuilder().setCode(code).setCategory("REFUSED").setMessage(message);
      send(ERROR, id, failure.build().toByteArray());
    }

    void notice(long id, String... lines) throws IOException {
      send(NOTICE, id, Notice.newBuilder().addAllLines(List.of(lines)).build().toByteArray());
    }

    void hangUp() throws IOException {
      channel.close();
    }
  }
}

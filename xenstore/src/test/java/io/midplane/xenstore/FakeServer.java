package io.midplane.xenstore;

import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A server that a test plays by hand, byte by byte if it likes. Its bytes are put together here and
 * not by the code under test.
 */
final class FakeServer implements AutoCloseable {

  /** One client's connection, the server's end. */
  static final class Link implements AutoCloseable {
    private final SocketChannel channel;

    Link(SocketChannel channel) {
      this.channel = channel;
    }

    /** The next request. */
    Message take() {
      try {
        ByteBuffer header = read(16).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer payload = read(header.getInt(12));
        return new Message(header.getInt(0), header.getInt(4), header.getInt(8), payload.array());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private ByteBuffer read(int count) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(count);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException();
        }
      }
      return bytes.flip();
    }

    void send(byte[] bytes) {
      try {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
          channel.write(from);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void answer(Message request, String payload) {
      send(bytes(request.type(), request.requestId(), request.transactionId(), payload));
    }

    void refuse(Message request, String name) {
      send(
          bytes(
              MessageType.ERROR.code(), request.requestId(), request.transactionId(), name + "\0"));
    }

    void event(String path, String token) {
      send(bytes(MessageType.WATCH_EVENT.code(), 0, 0, path + "\0" + token + "\0"));
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  final Path socket;
  private final ServerSocketChannel listening;

  FakeServer(Path folder) throws IOException {
    socket = folder.resolve("socket");
    Files.deleteIfExists(socket);
    listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(socket));
  }

  Link accept() {
    try {
      return new Link(listening.accept());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers every request of the next client on a thread of its own, until that goes. */
  void serve(Function<Message, String> answers) {
    Thread.startVirtualThread(() -> {
      try (Link link = accept()) {
        while (true) {
          Message request = link.take();
          link.answer(request, answers.apply(request));
        }
      } catch (UncheckedIOException e) {
        // the client is gone
      }
    });
  }

  static byte[] bytes(int type, int requestId, int transactionId, String payload) {
    byte[] text = Texts.bytes(payload);
    return ByteBuffer.allocate(16 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(type)
        .putInt(requestId)
        .putInt(transactionId)
        .putInt(text.length)
        .put(text)
        .array();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    Files.deleteIfExists(socket);
  }
}

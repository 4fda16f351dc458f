package io.midplane.node;

import com.google.protobuf.MessageLite;
import io.midplane.protocol.Frame;
import io.midplane.protocol.FrameDecoder;
import io.midplane.protocol.FrameEncoder;
import io.midplane.protocol.FrameKind;
import io.midplane.protocol.northbound.v1.Failure;
import io.midplane.protocol.northbound.v1.Hello;
import io.midplane.protocol.northbound.v1.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that sends whatever bytes a test wants, and reads frame by frame. */
final class RawClient implements AutoCloseable {
  private final FrameEncoder encoder = new FrameEncoder(Frame.LARGEST_MAX_BYTES);
  private final FrameDecoder decoder = FrameDecoder.atClient(Frame.LARGEST_MAX_BYTES);
  private final ByteBuffer in = ByteBuffer.allocate(64 << 10);
  private final SocketChannel channel;

  private RawClient(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects and says nothing. */
  static RawClient silent(Path socket) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new RawClient(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects, greets and reads the greeting. */
  static RawClient greeted(Path socket) {
    RawClient client = silent(socket);
    client.send(FrameKind.HELLO, 0, hello(1));
    client.expect(FrameKind.HELLO);
    return client;
  }

  static Hello hello(int protocol) {
    return Hello.newBuilder().setProtocol(protocol).setClient("raw").setUser("somebody").build();
  }

  static byte[] bytes(FrameKind kind, long id, @Nullable MessageLite payload) {
    FrameEncoder encoder = new FrameEncoder(Frame.LARGEST_MAX_BYTES);
    ByteBuffer frame = ByteBuffer.allocate(encoder.size(payload));
    encoder.encode(kind, id, payload, frame);
    return frame.array();
  }

  RawClient send(FrameKind kind, long id, @Nullable MessageLite payload) {
    return send(bytes(kind, id, payload));
  }

  RawClient request(long id, Request.Builder request) {
    return send(FrameKind.REQUEST, id, request.build());
  }

  RawClient send(byte... bytes) {
    try {
      ByteBuffer all = ByteBuffer.wrap(bytes);
      while (all.hasRemaining()) {
        channel.write(all);
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next frame; null at the end of the connection. */
  @Nullable Frame next() {
    try {
      Frame frame = decoder.next();
      while (frame == null) {
        in.clear();
        if (channel.read(in) < 0) {
          return null;
        }
        decoder.feed(in.flip());
        frame = decoder.next();
      }
      return frame;
    } catch (IOException reset) {
      return null;
    }
  }

  Frame expect(FrameKind kind) {
    Frame frame = next();
    if (frame == null || frame.kind() != kind) {
      throw new AssertionError(kind + " expected: " + describe(frame));
    }
    return frame;
  }

  Failure expectFailure() {
    return expect(FrameKind.ERROR).payload(Failure.parser());
  }

  /** The frames up to the end of the connection. */
  List<Frame> untilClosed() {
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = next(); frame != null; frame = next()) {
      frames.add(frame);
    }
    return frames;
  }

  private static String describe(@Nullable Frame frame) {
    return frame == null || frame.kind() != FrameKind.ERROR
        ? String.valueOf(frame)
        : frame.payload(Failure.parser()).toString();
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

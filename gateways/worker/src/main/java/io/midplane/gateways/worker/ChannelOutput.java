package io.midplane.gateways.worker;

import io.midplane.gateways.wire.Bytes;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A channel as a stream to write to. */
final class ChannelOutput extends OutputStream {
  private final Channel channel;
  private final boolean closes;

  ChannelOutput(Channel channel, boolean closes) {
    this.channel = channel;
    this.closes = closes;
  }

  @Override
  public void write(int value) {
    channel.send(Bytes.of((byte) value));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    channel.send(Bytes.of(ByteBuffer.wrap(bytes, offset, length)));
  }

  @Override
  public void close() {
    if (closes) {
      channel.close();
    }
  }
}

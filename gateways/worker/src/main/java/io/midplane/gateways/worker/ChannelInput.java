package io.midplane.gateways.worker;

import io.midplane.gateways.wire.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** A channel as a stream to read from. */
final class ChannelInput extends InputStream {
  private final Channel channel;
  private final Iterator<Object> items;
  private final boolean closes;
  private ByteBuffer current = ByteBuffer.allocate(0);

  ChannelInput(Channel channel, boolean closes) {
    this.channel = channel;
    this.items = channel.iterator();
    this.closes = closes;
  }

  @Override
  public int read() throws IOException {
    return fill() ? Byte.toUnsignedInt(current.get()) : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, current.remaining());
    current.get(bytes, offset, count);
    return count;
  }

  /** Has the next bytes ready; false at the end. */
  private boolean fill() throws IOException {
    while (!current.hasRemaining()) {
      if (!items.hasNext()) {
        return false;
      }
      Object item = items.next();
      if (item instanceof Bytes bytes) {
        current = bytes.asBuffer();
      } else if (item instanceof String text) {
        current = Bytes.ofUtf8(text).asBuffer();
      } else {
        throw new IOException("item: " + item + " (expected: bytes or text) on " + channel);
      }
    }
    return true;
  }

  @Override
  public void close() {
    if (closes) {
      channel.close();
    }
  }
}

package io.midplane.xenstore.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's socket. */
final class SocketPort implements Port {
  private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);

  private final SocketChannel channel;
  private final SelectionKey key;
  private int wanted = SelectionKey.OP_READ;

  SocketPort(SocketChannel channel, SelectionKey key) {
    this.channel = channel;
    this.key = key;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return channel.write(from);
  }

  @Override
  public void interest(boolean reading, boolean writing) {
    int now = (reading ? SelectionKey.OP_READ : 0) | (writing ? SelectionKey.OP_WRITE : 0);
    if (now != wanted && key.isValid()) {
      wanted = now;
      key.interestOps(now);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("XS-0105 closing a client's socket failed", e);
    }
  }
}

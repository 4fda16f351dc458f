package io.midplane.testkit.xenstore;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A link over a Unix socket. */
final class SocketLink implements ByteLink {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;

  private SocketLink(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    this.selector = Selector.open();
    this.key = channel.register(selector, SelectionKey.OP_READ);
  }

  static SocketLink open(Path socket) throws IOException {
    return new SocketLink(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        key.interestOps(SelectionKey.OP_WRITE);
        select(RawConnection.PATIENCE.toNanos(), "the server does not read");
      }
    }
    key.interestOps(SelectionKey.OP_READ);
  }

  @Override
  public int read(ByteBuffer into, long nanos) throws IOException {
    int count = channel.read(into);
    if (count == 0 && select(nanos, null)) {
      count = channel.read(into);
    }
    return count;
  }

  private boolean select(long nanos, @Nullable String complaint) throws IOException {
    int ready = selector.select(Math.max(1, Duration.ofNanos(nanos).toMillis()));
    selector.selectedKeys().clear();
    if (ready == 0 && complaint != null) {
      throw new IOException(complaint);
    }
    return ready > 0;
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}

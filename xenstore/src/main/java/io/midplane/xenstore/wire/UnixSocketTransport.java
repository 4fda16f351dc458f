package io.midplane.xenstore.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection through a Unix socket. */
public final class UnixSocketTransport implements Transport {
  private static final long CONNECT_NANOS = 5_000_000_000L;
  private static final long AGAIN_NANOS = 500_000;
  private static final Consumer<SelectionKey> IGNORED = ready -> {};

  private final Path path;
  private final SocketChannel channel;
  private final Selector readable;
  private final SelectionKey readKey;
  private final Selector writable;

  private UnixSocketTransport(Path path, SocketChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    channel.configureBlocking(false);
    this.readable = Selector.open();
    this.readKey = channel.register(readable, SelectionKey.OP_READ);
    this.writable = Selector.open();
    channel.register(writable, SelectionKey.OP_WRITE);
  }

  /**
   * Connects. Blocks: up to 5 s while more want to connect than the daemon has room for.
   *
   * @throws MidplaneException UNREACHABLE with the path if nobody listens there or the caller may
   *     not connect
   */
  public static UnixSocketTransport connect(Path path) {
    long end = System.nanoTime() + CONNECT_NANOS;
    while (true) {
      try {
        return tryToConnect(path);
      } catch (IOException e) {
        if (!isBusy(e) || System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
          throw new MidplaneException(
              ErrorCode.UNREACHABLE,
              "xenstore socket " + path + ": " + e.getMessage() + "; is the daemon running there?",
              e);
        }
        LockSupport.parkNanos(path, AGAIN_NANOS);
      }
    }
  }

  private static UnixSocketTransport tryToConnect(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
      return new UnixSocketTransport(path, channel);
    } catch (IOException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  /**
   * The daemon's queue of new connections is full; it holds one or two. A thread that may block in
   * the kernel waits there, a virtual one gets this.
   */
  private static boolean isBusy(IOException e) {
    return String.valueOf(e.getMessage()).contains("Resource temporarily unavailable");
  }

  @Override
  public int read(ByteBuffer into, long timeoutNanos) throws IOException {
    try {
      if (select(timeoutNanos) == 0) {
        return 0;
      }
      if (readKey.isWritable()) {
        readKey.interestOpsAnd(~SelectionKey.OP_WRITE);
      }
      return channel.read(into);
    } catch (ClosedSelectorException | CancelledKeyException closed) {
      throw closed(closed);
    }
  }

  /** A caller mostly reads right after it wrote: asking first would find nothing. */
  private int select(long timeoutNanos) throws IOException {
    if (timeoutNanos == 0) {
      return readable.selectNow(IGNORED);
    }
    long millis =
        timeoutNanos < 0 || timeoutNanos == Long.MAX_VALUE
            ? 0
            : Math.max(1, (timeoutNanos + 999_999) / 1_000_000);
    return readable.select(IGNORED, millis);
  }

  @Override
  public void offer(ByteBuffer from) throws IOException {
    channel.write(from);
    if (from.hasRemaining()) {
      try {
        readKey.interestOpsOr(SelectionKey.OP_WRITE);
      } catch (CancelledKeyException closed) {
        throw closed(closed);
      }
      readable.wakeup();
    }
  }

  @Override
  public void write(ByteBuffer... from) throws IOException {
    try {
      while (true) {
        channel.write(from);
        if (!from[from.length - 1].hasRemaining()) {
          return;
        }
        writable.select();
        writable.selectedKeys().clear();
      }
    } catch (ClosedSelectorException closed) {
      throw closed(closed);
    }
  }

  private static IOException closed(RuntimeException cause) {
    IOException closed = new ClosedChannelException();
    closed.initCause(cause);
    return closed;
  }

  @Override
  public void wakeup() {
    readable.wakeup();
  }

  @Override
  public void close() {
    closeQuietly(readable);
    closeQuietly(writable);
    closeQuietly(channel);
  }

  private static void closeQuietly(@Nullable Closeable closeable) {
    try {
      if (closeable != null) {
        closeable.close();
      }
    } catch (IOException ignored) {
      // it is gone either way, and nothing is lost: what was written is with the kernel
    }
  }

  @Override
  public String toString() {
    return "UnixSocket(" + path + ")";
  }
}

package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection without a socket: the client's end is a {@link Transport}, the server's a port. */
final class InProcess implements Transport {
  private final String name;
  private final BytePipe toServer = new BytePipe();
  private final BytePipe toClient = new BytePipe();
  private final Runnable signal;
  private final AtomicBoolean signalled = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * A new pair of ends.
   *
   * @param signal tells the event loop that there is something to do; for any thread
   */
  InProcess(String name, Runnable signal) {
    this.name = name;
    this.signal = signal;
  }

  @Override
  public int read(ByteBuffer into, long timeoutNanos) throws IOException {
    requireOpen();
    int count = toClient.poll(into);
    if (count == 0 && timeoutNanos != 0 && into.hasRemaining()) {
      toClient.awaitBytes(timeoutNanos);
      requireOpen();
      count = toClient.poll(into);
    }
    if (count > 0 && toClient.wasRefused()) {
      signal();
    }
    return count;
  }

  @Override
  public void write(ByteBuffer... from) throws IOException {
    for (ByteBuffer buffer : from) {
      while (buffer.hasRemaining()) {
        requireOpen();
        if (toServer.offer(buffer) == 0) {
          toServer.awaitRoom();
        } else {
          signal();
        }
      }
    }
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the connection is closed");
    }
  }

  private void signal() {
    if (signalled.compareAndSet(false, true)) {
      signal.run();
    }
  }

  @Override
  public void wakeup() {
    toClient.wakeup();
  }

  @Override
  public void close() {
    closed = true;
    toServer.end();
    toClient.end();
    signal();
  }

  /** The server's end. */
  Port port() {
    return new ServerEnd();
  }

  private final class ServerEnd implements Port {
    @Override
    public int read(ByteBuffer into) {
      signalled.set(false);
      return toServer.poll(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return toClient.offer(from);
    }

    @Override
    public void interest(boolean reading, boolean writing) {
      // the client's end signals both by itself
    }

    @Override
    public void close() {
      toServer.end();
      toClient.end();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

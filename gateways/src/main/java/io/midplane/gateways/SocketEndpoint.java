package io.midplane.gateways;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A worker behind a connection; it is gone when the connection is. */
final class SocketEndpoint implements Endpoint {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final CountDownLatch gone = new CountDownLatch(1);

  SocketEndpoint(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new Ending(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void closeOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public boolean awaitExit(Duration timeout) throws InterruptedException {
    return gone.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Not even TLS says good-bye: a thread may hold it that writes to somebody who takes nothing. */
  @Override
  public void kill() {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException closed) {
      // So much the better.
    }
    release();
  }

  @Override
  public WorkerExit exit() {
    return WorkerExit.unknown(List.of());
  }

  @Override
  public void release() {
    gone.countDown();
    // Elsewhere: TLS says good-bye, which waits where the other side takes nothing.
    Thread.ofVirtual().name("gateway-close").start(this::close);
  }

  private void close() {
    try {
      socket.close();
    } catch (IOException broken) {
      // It is gone either way.
    }
  }

  /** Tells when the other side ends the connection. */
  private final class Ending extends FilterInputStream {
    Ending(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      return seen(in::read);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return seen(() -> in.read(into, offset, length));
    }

    private int seen(Reading reading) throws IOException {
      boolean ended = true;
      try {
        int result = reading.read();
        ended = result < 0;
        return result;
      } finally {
        if (ended) {
          gone.countDown();
        }
      }
    }
  }

  @FunctionalInterface
  private interface Reading {
    int read() throws IOException;
  }
}

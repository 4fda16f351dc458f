package io.midplane.gateways;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bytes from one thread to another within this JVM, at most so many on their way. */
final class BytePipe {
  private static final int CAPACITY = 1 << 16;

  private final byte[] ring = new byte[CAPACITY];
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long written;
  private long read;
  private boolean sinkClosed;
  private boolean sourceClosed;

  /** Where they come out. */
  InputStream source() {
    return new Source();
  }

  /** Where they go in. */
  OutputStream sink() {
    return new Sink();
  }

  private void await() throws IOException {
    try {
      changed.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private int take(byte[] into, int offset, int length) throws IOException {
    lock.lock();
    try {
      while (written == read && !sinkClosed && !sourceClosed) {
        await();
      }
      int count = (int) Math.min(length, written - read);
      if (count == 0) {
        return -1;
      }
      int from = (int) (read % CAPACITY);
      int first = Math.min(count, CAPACITY - from);
      System.arraycopy(ring, from, into, offset, first);
      System.arraycopy(ring, 0, into, offset + first, count - first);
      read += count;
      changed.signalAll();
      return count;
    } finally {
      lock.unlock();
    }
  }

  private void put(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    lock.lock();
    try {
      while (done < length) {
        while (written - read == CAPACITY && !sourceClosed && !sinkClosed) {
          await();
        }
        if (sourceClosed || sinkClosed) {
          throw new IOException("the other end is closed");
        }
        int count = (int) Math.min(length - done, CAPACITY - (written - read));
        int to = (int) (written % CAPACITY);
        int first = Math.min(count, CAPACITY - to);
        System.arraycopy(bytes, offset + done, ring, to, first);
        System.arraycopy(bytes, offset + done + first, ring, 0, count - first);
        written += count;
        done += count;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private final class Source extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return length == 0 ? 0 : take(into, offset, length);
    }

    @Override
    public void close() {
      lock.lock();
      try {
        sourceClosed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Sink extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      put(bytes, offset, length);
    }

    @Override
    public void close() {
      lock.lock();
      try {
        sinkClosed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}

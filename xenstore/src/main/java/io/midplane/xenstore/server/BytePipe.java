package io.midplane.xenstore.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One direction of a connection inside the process: bytes in order, up to a bound. */
final class BytePipe {
  private static final int CAPACITY = 64 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final byte[] bytes = new byte[CAPACITY];
  private int start;
  private int size;
  private boolean ended;
  private boolean woken;
  private boolean refused;

  /** Puts in what there is room for. */
  int offer(ByteBuffer from) throws IOException {
    lock.lock();
    try {
      if (ended) {
        throw new IOException("the connection is closed");
      }
      int count = Math.min(from.remaining(), CAPACITY - size);
      int end = (start + size) % CAPACITY;
      int straight = Math.min(count, CAPACITY - end);
      from.get(bytes, end, straight);
      from.get(bytes, 0, count - straight);
      size += count;
      refused = from.hasRemaining();
      changed.signalAll();
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is room, or the pipe is ended. */
  void awaitRoom() throws IOException {
    lock.lock();
    try {
      while (size == CAPACITY && !ended) {
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server's buffer was full", e);
    } finally {
      lock.unlock();
    }
  }

  /** Takes what is there: 0 if nothing is, -1 at the end. */
  int poll(ByteBuffer into) {
    lock.lock();
    try {
      if (size == 0 && ended) {
        return -1;
      }
      int count = Math.min(into.remaining(), size);
      int straight = Math.min(count, CAPACITY - start);
      into.put(bytes, start, straight);
      into.put(bytes, 0, count - straight);
      start = (start + count) % CAPACITY;
      size -= count;
      changed.signalAll();
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something is there, it ended, somebody woke it, or the time is over. */
  void awaitBytes(long timeoutNanos) throws IOException {
    lock.lock();
    try {
      long left = timeoutNanos < 0 ? TimeUnit.DAYS.toNanos(36_500) : timeoutNanos;
      while (size == 0 && !ended && !woken && left > 0) {
        left = changed.awaitNanos(left);
      }
      woken = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the server", e);
    } finally {
      lock.unlock();
    }
  }

  void wakeup() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether an offer did not fit since the last time this was asked. */
  boolean wasRefused() {
    lock.lock();
    try {
      boolean was = refused;
      refused = false;
      return was;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more comes; what is in it can still be taken. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

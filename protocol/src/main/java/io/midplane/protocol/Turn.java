package io.midplane.protocol;

import java.util.LinkedHashSet;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to read the connection: one of the threads that wait for something from it, or,
 * while only asynchronous work is open, a virtual thread.
 *
 * <p>The rule that no wake-up gets lost: whoever stops waiting, for whatever reason, passes an
 * unclaimed turn on to a waiter that has nothing yet, else to the virtual thread if there is work
 * for it.
 */
final class Turn {

  /** What the turn is about. */
  interface Reading {
    /**
     * Reads and delivers what has arrived; waits for it at most so many nanoseconds. False once
     * nothing will ever arrive.
     */
    boolean read(long nanos);

    /** Makes a waiting {@link #read} return. */
    void wakeUp();
  }

  /** Somebody who waits. */
  interface Waiter {
    /** Whether there is something for it, so that it will stop waiting by itself. */
    boolean hasNews();

    /** The thread that waits; null once it stopped. */
    @Nullable Thread thread();
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashSet<Waiter> waiters = new LinkedHashSet<>();
  private final Reading reading;

  /** A waiter, the virtual thread, or null while nobody reads. */
  private @Nullable Object holder;

  private int backgroundReasons;

  Turn(Reading reading) {
    this.reading = reading;
  }

  /**
   * Waits for news, or reads the connection for everyone if nobody does; returns at the latest
   * after so many nanoseconds, and maybe before there is news. Blocks: yes. Between calls the
   * waiter keeps the turn; in the end it has to {@link #leave}.
   */
  void await(Waiter waiter, long nanos) {
    boolean reads = take(waiter);
    // Only now: the reader before may have brought the news, and asking for the turn takes a lock,
    // where a waiting thread swallows the wake-up that came with it.
    if (waiter.hasNews()) {
      return;
    }
    if (reads) {
      boolean unused = reading.read(nanos);
    } else if (nanos == Long.MAX_VALUE) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, nanos);
    }
  }

  /**
   * Takes the turn if it is free or already the waiter's; if not, the waiter will be woken for it.
   */
  private boolean take(Waiter waiter) {
    lock.lock();
    try {
      if (holder == null) {
        holder = waiter;
        waiters.remove(waiter);
      } else if (holder != waiter) {
        waiters.add(waiter);
      }
      return holder == waiter;
    } finally {
      lock.unlock();
    }
  }

  /**
   * There is news for the waiter that the reader did not bring: if it is the reader itself, it has
   * to stop.
   */
  void stopReading(Waiter waiter) {
    lock.lock();
    try {
      if (holder == waiter) {
        reading.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The waiter stops waiting. */
  void leave(Waiter waiter) {
    lock.lock();
    try {
      if (holder == waiter) {
        holder = null;
      } else {
        waiters.remove(waiter);
      }
      passOn();
    } finally {
      lock.unlock();
    }
  }

  /** One more reason to read although nobody may be waiting. */
  void retain() {
    lock.lock();
    try {
      backgroundReasons++;
      passOn();
    } finally {
      lock.unlock();
    }
  }

  /** Takes one {@link #retain} back. */
  void release() {
    lock.lock();
    try {
      backgroundReasons--;
      if (backgroundReasons == 0
          && holder instanceof Thread background
          && background != Thread.currentThread()) {
        reading.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  private void passOn() {
    if (holder != null) {
      return;
    }
    for (Waiter waiter : waiters) {
      if (!waiter.hasNews()) {
        LockSupport.unpark(waiter.thread());
        return;
      }
    }
    if (backgroundReasons > 0) {
      Thread background =
          Thread.ofVirtual().name("midplane-client-reader").unstarted(this::readInBackground);
      holder = background;
      background.start();
    }
  }

  private void readInBackground() {
    boolean open;
    do {
      open = reading.read(Long.MAX_VALUE);
    } while (staysInBackground(open));
  }

  private boolean staysInBackground(boolean open) {
    lock.lock();
    try {
      if (open && backgroundReasons > 0) {
        return true;
      }
      holder = null;
      if (open) {
        passOn();
      }
      return false;
    } finally {
      lock.unlock();
    }
  }
}

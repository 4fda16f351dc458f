package io.midplane.calls;

import java.util.LinkedHashSet;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to read a connection that many threads share: one of the threads that wait for
 * something from it, or, while nobody waits and there is a reason to read on, a virtual thread.
 *
 * <p>A thread that waits for the answer to its own call so reads it itself, which spares two
 * changes of threads a call. There are two kinds of reasons for the virtual thread: {@link #retain}
 * means that something is due, an asynchronous answer for instance, and it reads at once; {@link
 * #retainLazily} means that something may come, and it reads once no caller has read for a moment,
 * and gives the turn back to the next one who waits.
 *
 * <p>The rule that no wake-up gets lost: whoever stops waiting, for whatever reason, passes an
 * unclaimed turn on to a waiter that has nothing yet, else to the virtual thread if there is work
 * for it. Thread-safe.
 */
public final class Turn {

  /** What the turn is about. */
  public interface Reading {
    /**
     * Reads and delivers what has arrived; waits for it at most so many nanoseconds. False once
     * nothing will ever arrive.
     */
    boolean read(long nanos);

    /** Makes a waiting {@link #read} return. */
    void wakeUp();
  }

  /** Somebody who waits. */
  public interface Waiter {
    /** Whether there is something for it, so that it will stop waiting by itself. */
    boolean hasNews();

    /** The thread that waits; null once it stopped. */
    @Nullable Thread thread();
  }

  /** How long the virtual thread keeps away after a caller has read, while nothing is due. */
  private static final long LINGER_NANOS = 2_000_000;

  private static final long ENDED = -1;
  private static final long READS = 0;

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashSet<Waiter> waiters = new LinkedHashSet<>();
  private final Reading reading;

  /** A waiter, the virtual thread, or null while nobody reads. */
  private @Nullable Object holder;

  /** Reads or keeps away for a moment; null while there is no reason for it. */
  private @Nullable Thread background;

  private int urgentReasons;
  private int lazyReasons;

  /** When a caller last gave the turn back. */
  private long lastRead = System.nanoTime();

  /** The turn at a connection. */
  public Turn(Reading reading) {
    this.reading = reading;
  }

  /**
   * Waits for news, or reads the connection for everyone if nobody does; returns at the latest
   * after so many nanoseconds, and maybe before there is news. Blocks: yes. Between calls the
   * waiter keeps the turn; in the end it has to {@link #leave}.
   */
  public void await(Waiter waiter, long nanos) {
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
        if (holder == background && urgentReasons == 0) {
          reading.wakeUp();
        }
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
  public void stopReading(Waiter waiter) {
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
  public void leave(Waiter waiter) {
    lock.lock();
    try {
      if (holder == waiter) {
        holder = null;
        if (lazyReasons > 0) {
          lastRead = System.nanoTime();
        }
      } else {
        waiters.remove(waiter);
      }
      passOn();
    } finally {
      lock.unlock();
    }
  }

  /** One more thing is due: somebody has to read although nobody may be waiting. */
  public void retain() {
    lock.lock();
    try {
      urgentReasons++;
      passOn();
    } finally {
      lock.unlock();
    }
  }

  /** Takes one {@link #retain} back. */
  public void release() {
    lock.lock();
    try {
      urgentReasons--;
      reasonGone();
    } finally {
      lock.unlock();
    }
  }

  /** One more thing may come at any time: somebody has to read when no caller does. */
  public void retainLazily() {
    lock.lock();
    try {
      lazyReasons++;
      passOn();
    } finally {
      lock.unlock();
    }
  }

  /** Takes one {@link #retainLazily} back. */
  public void releaseLazily() {
    lock.lock();
    try {
      lazyReasons--;
      reasonGone();
    } finally {
      lock.unlock();
    }
  }

  private void reasonGone() {
    Thread reader = background;
    if (reader != null && urgentReasons + lazyReasons == 0 && reader != Thread.currentThread()) {
      if (holder == reader) {
        reading.wakeUp();
      } else {
        LockSupport.unpark(reader);
      }
    }
  }

  private void passOn() {
    if (holder != null) {
      return;
    }
    Waiter next = nextWaiter();
    if (next != null) {
      LockSupport.unpark(next.thread());
    } else if (urgentReasons + lazyReasons > 0) {
      if (background == null) {
        background = Thread.ofVirtual().name("midplane-reader").unstarted(this::readInBackground);
        background.start();
      } else if (urgentReasons > 0) {
        LockSupport.unpark(background);
      }
    }
  }

  private @Nullable Waiter nextWaiter() {
    for (Waiter waiter : waiters) {
      if (!waiter.hasNews()) {
        return waiter;
      }
    }
    return null;
  }

  private void readInBackground() {
    for (long step = nextStep(); step != ENDED; step = nextStep()) {
      if (step != READS) {
        LockSupport.parkNanos(this, step);
      } else if (!reading.read(Long.MAX_VALUE)) {
        endBackground();
        return;
      }
    }
  }

  /** What the virtual thread does now: it reads, it has ended, or it keeps away so long. */
  private long nextStep() {
    lock.lock();
    try {
      Thread self = Thread.currentThread();
      if (urgentReasons + lazyReasons == 0) {
        endBackground();
        return ENDED;
      }
      if (holder == self) {
        if (urgentReasons > 0 || nextWaiter() == null) {
          return READS;
        }
        holder = null;
        lastRead = System.nanoTime();
        passOn();
        return LINGER_NANOS;
      }
      if (holder != null || nextWaiter() != null) {
        return LINGER_NANOS;
      }
      long keepsAway = LINGER_NANOS - (System.nanoTime() - lastRead);
      if (urgentReasons == 0 && keepsAway > 0) {
        return keepsAway;
      }
      holder = self;
      return READS;
    } finally {
      lock.unlock();
    }
  }

  /** Waiters then find out by themselves that nothing comes any more. */
  private void endBackground() {
    lock.lock();
    try {
      boolean held = holder == background;
      background = null;
      if (held) {
        holder = null;
        Waiter next = nextWaiter();
        if (next != null) {
          LockSupport.unpark(next.thread());
        }
      }
    } finally {
      lock.unlock();
    }
  }
}

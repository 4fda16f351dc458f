package io.midplane.actors;

import akka.actor.Cancellable;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The promise of one thread or activity to give a sign of life once a period; made by {@link
 * ThreadMonitor#register}. Thread-safe; nothing here blocks.
 *
 * <p>It is looked at once a period. So a sign that comes in time is never missed, however the looks
 * fall, and a missing one is found at the next look but one at the latest.
 */
public final class Heartbeat implements AutoCloseable {

  private final String name;
  private final Duration period;
  private final ThreadMonitor monitor;
  private final Object lock = new Object();
  private volatile Thread thread = Thread.currentThread();
  private volatile boolean alive = true;

  // Guarded by lock.
  private @Nullable Cancellable looks;
  private boolean over;

  Heartbeat(String name, Duration period, ThreadMonitor monitor) {
    this.name = name;
    this.period = period;
    this.monitor = monitor;
  }

  /** What is watched. */
  public String name() {
    return name;
  }

  /** Gives the sign of life; costs a few nanoseconds. Without effect after the end. */
  public void keepAlive() {
    thread = Thread.currentThread();
    alive = true;
  }

  /** Ends the promise: no sign is expected any more. Doing it twice is harmless. */
  public void deregister() {
    if (end()) {
      monitor.remove(this);
    }
  }

  /** The same as {@link #deregister}. */
  @Override
  public void close() {
    deregister();
  }

  void watch(Cancellable scheduled) {
    synchronized (lock) {
      looks = scheduled;
      if (over) {
        scheduled.cancel();
      }
    }
  }

  /** Runs once a period. */
  void check() {
    if (alive) {
      alive = false;
    } else if (end()) {
      monitor.remove(this);
      monitor.missed(failure());
    }
  }

  /** True for the one who ends it. */
  private boolean end() {
    synchronized (lock) {
      boolean first = !over;
      over = true;
      if (looks != null) {
        looks.cancel();
      }
      return first;
    }
  }

  private MidplaneException failure() {
    Thread silent = thread;
    var failure =
        new MidplaneException(
            ErrorCode.TIMED_OUT,
            "%s: no keepAlive() for longer than its period (expected: one every %s); thread %s is %s"
                .formatted(name, period, silent.getName(), silent.getState()));
    failure.addSuppressed(new ThreadStack(silent));
    return failure;
  }

  /** Carries the stack of another thread; no error of its own. */
  private static final class ThreadStack extends Exception {
    private static final long serialVersionUID = 1L;

    ThreadStack(Thread thread) {
      super("thread " + thread.getName() + " was here", null, false, true);
      setStackTrace(thread.getStackTrace());
    }
  }
}

package io.midplane.actors;

import akka.actor.Cancellable;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.GuardedPool;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of threads for jobs that block, whose owner FAILs if it gets stuck; made by {@link
 * ThreadMonitor#pool}. A call that would need the last free worker of its own pool is refused at
 * {@link io.midplane.calls.DeadlockLevel#L5}. Thread-safe.
 *
 * <p>Stuck is: over a whole period jobs were queued and none was finished. Long jobs with an empty
 * queue are not, and neither is an idle pool.
 */
public final class MonitoredPool implements AutoCloseable {

  private final String name;
  private final Duration period;
  private final GuardedPool jobs;
  private final Engine engine;
  private final ThreadMonitor monitor;
  private final Object lock = new Object();

  // Used by the looks only, which come one after the other.
  private long finishedAtLook;
  private int queuedAtLook;

  // Guarded by lock.
  private @Nullable Cancellable looks;
  private boolean closed;

  MonitoredPool(
      String name, Duration period, GuardedPool jobs, Engine engine, ThreadMonitor monitor) {
    this.name = name;
    this.period = period;
    this.jobs = jobs;
    this.engine = engine;
    this.monitor = monitor;
    engine.adopt(jobs);
  }

  /** Its name in failures. */
  public String name() {
    return name;
  }

  /**
   * Its threads as an agent's or a service's own executor, see {@link Midplane#workers}; guarded
   * and watched like the jobs.
   */
  public ExecutorService executor() {
    return jobs.executor();
  }

  /**
   * Runs a job on a worker and waits for it.
   *
   * <p>Blocks: yes; refused on actor threads, and where it would need the worker it runs on.
   *
   * @param text says what the job does, for errors and dumps
   * @throws MidplaneException TIMED_OUT, CALLEE_DIED if the pool is closed, or what the job threw
   */
  public <T> T call(Object text, Duration timeout, Callable<T> job) {
    return jobs.call(text, timeout, job);
  }

  /** The asynchronous twin of {@link #call}: never blocks, completes on a virtual thread. */
  public <T> CompletionStage<T> callAsync(Object text, Duration timeout, Callable<T> job) {
    return jobs.callAsync(text, timeout, job);
  }

  /** Takes no more jobs and interrupts those that run; they end with CALLEE_DIED. */
  @Override
  public void close() {
    if (endWatch()) {
      monitor.remove(this);
      engine.forget(jobs);
      jobs.close();
    }
  }

  /** Jobs finished since the start, roughly. */
  long finished() {
    return jobs.finished();
  }

  void watch(Cancellable scheduled) {
    synchronized (lock) {
      looks = scheduled;
      if (closed) {
        scheduled.cancel();
      }
    }
  }

  /** Runs once a period. While jobs wait, no worker is free: then progress is a job finished. */
  void check() {
    long finished = jobs.finished();
    int queued = jobs.queued();
    if (queuedAtLook > 0 && queued > 0 && finished == finishedAtLook) {
      missed(queued);
    }
    finishedAtLook = finished;
    queuedAtLook = queued;
  }

  private void missed(int queued) {
    synchronized (lock) {
      if (closed || looks == null) {
        return;
      }
      looks.cancel();
    }
    monitor.missed(
        new MidplaneException(
            ErrorCode.TIMED_OUT,
            "pool %s: stuck, no job finished for %s while %d were queued (expected: one at least); look for jobs that never end, or give it more workers or a longer period"
                .formatted(name, period, queued)));
  }

  private boolean endWatch() {
    synchronized (lock) {
      boolean first = !closed;
      closed = true;
      if (looks != null) {
        looks.cancel();
      }
      return first;
    }
  }
}

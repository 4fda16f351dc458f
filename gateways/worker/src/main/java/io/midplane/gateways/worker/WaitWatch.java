package io.midplane.gateways.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;

/**
 * Looks at the waits of a link, some time after one began and again while there is something to
 * look for. Costs who waits one read of a field, and nothing while nobody waits anew.
 */
final class WaitWatch {
  private final long patienceNanos;
  private final Executor later;
  private final LongPredicate look;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * One that does not look yet.
   *
   * @param patience how long after something began it looks
   * @param look looks at what lasted so many nanoseconds; whether to look once more
   */
  WaitWatch(Duration patience, Executor executor, LongPredicate look) {
    this.patienceNanos = patience.toNanos();
    this.later = CompletableFuture.delayedExecutor(patienceNanos, TimeUnit.NANOSECONDS, executor);
    this.look = look;
  }

  /** Something has begun. Blocks: no. */
  void begin() {
    if (!begun.get() && begun.compareAndSet(false, true)) {
      later.execute(this::run);
    }
  }

  private void run() {
    begun.set(false);
    if (look.test(patienceNanos)) {
      begin();
    }
  }
}

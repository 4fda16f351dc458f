package io.midplane.gateways.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks at the waits of a link, some time after one began and again while there is something to
 * look for. Costs who waits one read of a field, and nothing while nobody waits anew.
 */
final class WaitWatch {
  private final long patienceNanos;
  private final Executor later;
  private final Link link;
  private final Collection<ChannelCore> channels;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * One that does not look yet.
   *
   * @param patience how long after something began it looks
   * @param channels of the link, those that come later as well
   */
  WaitWatch(Duration patience, Link link, Collection<ChannelCore> channels) {
    this.patienceNanos = patience.toNanos();
    this.later =
        CompletableFuture.delayedExecutor(patienceNanos, TimeUnit.NANOSECONDS, link.executor());
    this.link = link;
    this.channels = channels;
  }

  /** Something has begun. Blocks: no. */
  void begin() {
    if (!begun.get() && begun.compareAndSet(false, true)) {
      later.execute(this::run);
    }
  }

  private void run() {
    begun.set(false);
    boolean again = false;
    for (ChannelCore channel : channels) {
      again |= channel.waits().look(patienceNanos);
    }
    if (again && link.ended() == null) {
      begin();
    }
  }
}

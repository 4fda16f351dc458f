package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait on a channel, and whether they wait for each other's ends. All but {@link
 * #hear} and {@link #look} is called under the channel's guard.
 */
final class ChannelWaits {
  private final ChannelCore channel;
  private final Link link;
  private final Guard guard;
  private final MutualWait mutual;
  private @Nullable Thread waiter;
  private boolean forClose;
  private boolean reported;

  ChannelWaits(ChannelCore channel, Guard guard) {
    this.channel = channel;
    this.link = channel.link();
    this.guard = guard;
    this.mutual = new MutualWait(link.watch() != null);
  }

  /**
   * The calling thread uses the channel.
   *
   * @throws MidplaneException NOT_ALLOWED if it is another thread's
   */
  void use() {
    if (!mutual.admits(Thread.currentThread().threadId())) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          channel.describe() + " is confined to another thread than " + nameOf(null));
    }
  }

  /**
   * Threads of the gateway's use the channel.
   *
   * @throws MidplaneException UNSUPPORTED if it is one thread's
   */
  void useByAny(String what) {
    if (!mutual.admitsAny()) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED, what + " on " + channel.describe() + ", which is confined");
    }
  }

  /** From now on it is the calling thread's. */
  void confine() {
    mutual.confine(Thread.currentThread().threadId());
  }

  void sentOne() {
    mutual.sentOne();
  }

  void received(int count) {
    mutual.received(count);
  }

  /**
   * Waits until there is an item, or the end, so long at most.
   *
   * @param close whether to wait for the end alone
   * @throws MidplaneException TIMED_OUT if there is not; DEADLOCK_DETECTED if there will never be
   */
  void await(boolean close, long nanos) {
    if (!channel.hasNothing(close)) {
      return;
    }
    if (nanos > 0) {
      link.waits().check(operation(close));
    }
    boolean unlimited = nanos == Long.MAX_VALUE && link.settings().credits();
    if (unlimited) {
      begin(close);
    }
    try {
      long left = nanos;
      while (channel.hasNothing(close)) {
        if (left <= 0) {
          throw late(close, nanos);
        }
        WaitNotice other = mutual.mutual();
        if (other != null && mutual.isForEver()) {
          throw link.listener().refusal(describe(other));
        }
        left = close ? guard.awaitChange(left) : guard.awaitItem(left);
        use();
        if (!close) {
          channel.requireNoCallback();
        }
      }
    } finally {
      if (unlimited) {
        mutual.end();
        waiter = null;
      }
    }
  }

  private MidplaneException late(boolean close, long nanos) {
    String what = close ? "Timeout after " : "no item after ";
    return new MidplaneException(
        ErrorCode.TIMED_OUT, what + seconds(nanos) + " seconds on " + channel.describe());
  }

  private void begin(boolean close) {
    waiter = Thread.currentThread();
    forClose = close;
    tell(mutual.begin(close, System.nanoTime()));
    if (mutual.isToAsk()) {
      watch();
    }
  }

  private void tell(@Nullable WaitNotice notice) {
    if (notice != null) {
      link.tell(channel.id(), notice);
    }
  }

  /** The other end said how it waits. */
  void hear(WaitNotice notice) {
    guard.run(() -> {
      tell(mutual.hear(notice, channel.hasNothing(forClose), System.nanoTime()));
      if (mutual.isForEver()) {
        guard.signalAll();
      } else if (mutual.mutual() != null && !reported) {
        watch();
      }
    });
  }

  private void watch() {
    WaitWatch watch = link.watch();
    if (watch != null) {
      watch.begin();
    }
  }

  /** Asks about, or reports, what has lasted that long; whether to look again. */
  boolean look(long patience) {
    return guard.get(() -> {
      WaitNotice other = mutual.mutual();
      if (other != null && !mutual.isForEver() && !reported) {
        reported = true;
        BothWait both = describe(other);
        link.executor().execute(() -> link.listener().bothWait(both));
      }
      tell(mutual.ask(System.nanoTime(), patience));
      return mutual.isToAsk();
    });
  }

  /** For messages: how both wait. */
  private BothWait describe(WaitNotice other) {
    return new BothWait(
        channel.id(),
        nameOf(waiter),
        operation(mutual.isForClose()),
        Duration.ofNanos(System.nanoTime() - mutual.since()),
        operation(other.forClose()),
        Duration.ofMillis(other.waited()),
        mutual.isLikelyForEver());
  }

  private static String operation(boolean forClose) {
    return forClose ? "waitClose" : "receive";
  }

  private static String nameOf(@Nullable Thread other) {
    Thread thread = other == null ? Thread.currentThread() : other;
    return "thread " + (thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName());
  }

  private static String seconds(long nanos) {
    double seconds = (double) nanos / TimeUnit.SECONDS.toNanos(1);
    return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
  }
}

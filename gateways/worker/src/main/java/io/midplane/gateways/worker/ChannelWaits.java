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
  private WaitKind kind = WaitKind.RECEIVE;
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
   * Waits until there is what is waited for, or the end, so long at most.
   *
   * @throws MidplaneException TIMED_OUT if there is not; DEADLOCK_DETECTED if there will never be
   */
  void await(WaitKind what, long nanos) {
    if (!channel.hasNothing(what)) {
      return;
    }
    if (nanos > 0) {
      link.waits().check(what.operation());
    }
    boolean unlimited = nanos == Long.MAX_VALUE && link.settings().credits();
    boolean own = unlimited && what != WaitKind.SEND && mutual.isConfined();
    Runnable after =
        own ? link.waits().begin(what.operation(), channel.id(), mutual.received()) : null;
    if (unlimited) {
      begin(what);
    }
    try {
      long left = nanos;
      while (channel.hasNothing(what)) {
        if (left <= 0) {
          throw late(what, nanos);
        }
        WaitNotice other = mutual.mutual();
        if (other != null && mutual.isForEver()) {
          throw link.listener().refusal(describe(other));
        }
        boolean item = what == WaitKind.RECEIVE;
        left = item ? guard.awaitItem(left) : guard.awaitChange(left);
        use();
        if (item) {
          channel.requireNoCallback();
        }
      }
    } finally {
      if (unlimited) {
        mutual.end();
        waiter = null;
      }
      if (after != null) {
        after.run();
      }
    }
  }

  /**
   * Whether this thread, whose channel it is, has sent so many items and may send more. For that
   * thread, or one that knows, by a lock, that it waits.
   */
  boolean isAt(long thread, long items) {
    return mutual.isAt(thread, items) && !channel.isShut();
  }

  private MidplaneException late(WaitKind kind, long nanos) {
    String what = kind == WaitKind.CLOSE ? "Timeout after " : "no item after ";
    return new MidplaneException(
        ErrorCode.TIMED_OUT, what + seconds(nanos) + " seconds on " + channel.describe());
  }

  private void begin(WaitKind what) {
    waiter = Thread.currentThread();
    kind = what;
    tell(mutual.begin(what, System.nanoTime()));
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
      tell(mutual.hear(notice, channel.hasNothing(kind), System.nanoTime()));
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
        mutual.kind().operation(),
        Duration.ofNanos(System.nanoTime() - mutual.since()),
        other.kind().operation(),
        Duration.ofMillis(other.waited()),
        mutual.isLikelyForEver());
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

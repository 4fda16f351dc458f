package io.midplane.xenstore;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.midplane.calls.Turn;
import io.midplane.xenstore.WatchEvent.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** XC33, XC34: events between the reader, the consumer and whoever ends the watch. */
public final class EventQueueStress {
  /** So long that only a wake-up that got lost lets it pass. */
  private static final Duration LONG = Duration.ofSeconds(20);

  private static final Watches TOKENS = new Watches(null);

  private EventQueueStress() {}

  private static EventQueue queue(Turn turn, int capacity) {
    return new EventQueue(turn, capacity, () -> {});
  }

  private static Subscription subscription(EventQueue queue) {
    return new Subscription(null, TOKENS, WatchOptions.of("/a"), queue, () -> {});
  }

  /** As the monitor waits; true if there was news before the time passed. */
  private static boolean await(Turn turn, EventQueue queue) {
    Deadline deadline = Deadline.in(LONG);
    queue.consumer(Thread.currentThread());
    try {
      while (!queue.hasNews() && deadline.left() > 0) {
        turn.await(queue, deadline.left());
      }
      return deadline.left() > 0;
    } finally {
      queue.consumer(null);
      turn.leave(queue);
    }
  }

  /** The reader brings an event while the consumer begins to wait, as the reader itself maybe. */
  @JCStressTest
  @State
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the consumer has it")
  @Outcome(expect = FORBIDDEN, desc = "the consumer slept on")
  public static class Wakes {
    private final Turn turn = new Turn(new StressLine());
    private final EventQueue queue = queue(turn, 4);
    private final Subscription watch = subscription(queue);

    @Actor
    public void consumer(ZZ_Result result) {
      result.r1 = await(turn, queue);
    }

    @Actor
    public void reader(ZZ_Result result) {
      result.r2 = queue.add(watch, Kind.CHANGED, "/a");
    }
  }

  /** The end of the connection reaches a consumer that begins to wait. */
  @JCStressTest
  @State
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the consumer knows")
  @Outcome(expect = FORBIDDEN, desc = "the consumer slept on")
  public static class Ends {
    private final Turn turn = new Turn(new StressLine());
    private final EventQueue queue = queue(turn, 4);

    @Actor
    public void consumer(ZZ_Result result) {
      result.r1 = await(turn, queue);
    }

    @Actor
    public void closer(ZZ_Result result) {
      queue.end();
      result.r2 = queue.isEnded();
    }
  }

  /** An event that is taken while an identical one comes: merged or both, but the last stays. */
  @JCStressTest
  @State
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "merged into the one that was taken later")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "taken, then the next")
  @Outcome(expect = FORBIDDEN, desc = "one was lost or doubled")
  public static class Merges {
    private final EventQueue queue = queue(new Turn(new StressLine()), 4);
    private final Subscription watch = subscription(queue);
    private final AtomicInteger changes = new AtomicInteger(1);
    private int seen;

    public Merges() {
      boolean unused = queue.add(watch, Kind.CHANGED, "/a");
    }

    @Actor
    public void reader() {
      changes.set(2);
      boolean unused = queue.add(watch, Kind.CHANGED, "/a");
    }

    @Actor
    public void consumer(II_Result result) {
      result.r1 = queue.poll() != null ? 1 : 0;
      seen = changes.get();
    }

    @Arbiter
    public void look(II_Result result) {
      boolean isLeft = queue.poll() != null;
      boolean isTwice = queue.poll() != null;
      boolean isMissing = !isLeft && seen != 2;
      result.r2 = isTwice || isMissing ? -1 : isLeft ? 1 : 0;
    }
  }

  /** Two events against a bound of one: nobody hears of more or fewer than the overflow. */
  @JCStressTest
  @State
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "MISSED takes the place of both")
  @Outcome(expect = FORBIDDEN, desc = "an event beside or without MISSED")
  public static class Overflows {
    private final EventQueue queue = queue(new Turn(new StressLine()), 1);
    private final Subscription watch = subscription(queue);

    @Actor
    public void reader() {
      boolean unused = queue.add(watch, Kind.CHANGED, "/a/1");
    }

    @Actor
    public void another() {
      boolean unused = queue.add(watch, Kind.CHANGED, "/a/2");
    }

    @Arbiter
    public void look(I_Result result) {
      WatchEvent first = queue.poll();
      boolean isAlone = queue.poll() == null;
      result.r1 = isAlone && first != null && first.kind() == Kind.MISSED ? 1 : 0;
    }
  }

  /** An event comes while its watch is forgotten: whether there is news is what the queue holds. */
  @JCStressTest
  @State
  @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "forgotten last")
  @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "an event after it")
  @Outcome(expect = FORBIDDEN, desc = "the queue says something else than it holds")
  public static class Forgets {
    private final EventQueue queue = queue(new Turn(new StressLine()), 4);
    private final Subscription watch = subscription(queue);

    @Actor
    public void reader() {
      boolean unused = queue.add(watch, Kind.CHANGED, "/a");
    }

    @Actor
    public void closer() {
      queue.forget(watch);
    }

    @Arbiter
    public void look(ZI_Result result) {
      boolean says = queue.hasNews();
      boolean holds = queue.poll() != null;
      result.r1 = says == holds && !queue.hasNews();
      result.r2 = holds ? 1 : 0;
    }
  }
}

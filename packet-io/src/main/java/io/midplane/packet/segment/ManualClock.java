package io.midplane.packet.segment;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time that moves when it is told to: what a segment does with it is the same at each run.
 * Thread-safe.
 */
public final class ManualClock implements SegmentClock {

  private record Due(long at, long order, Runnable task) {}

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
  private long now;
  private long order;

  /** A clock that stands at that time, in nanoseconds since 1970. */
  public ManualClock(long start) {
    now = start;
  }

  @Override
  public synchronized long now() {
    return now;
  }

  @Override
  public synchronized void after(Duration delay, Runnable task) {
    due.add(new Due(now + delay.toNanos(), order++, task));
  }

  /** Moves on, and runs on the calling thread what is due, each at its own time. */
  public void advance(Duration by) {
    long end = now() + by.toNanos();
    for (Due next = next(end); next != null; next = next(end)) {
      next.task().run();
    }
  }

  private synchronized @Nullable Due next(long end) {
    Due first = due.peek();
    if (first == null || first.at() > end) {
      now = Math.max(now, end);
      return null;
    }
    due.remove(first);
    now = Math.max(now, first.at());
    return first;
  }
}

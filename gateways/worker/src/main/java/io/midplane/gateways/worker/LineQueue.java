package io.midplane.gateways.worker;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lines on their way to somebody who may be slow. Who adds one never waits: what does not fit is
 * counted, and the count is a line in its place. Thread-safe.
 */
public final class LineQueue {
  private static final int MOST_WAITING = 10_000;

  private final Executor executor;
  private final Consumer<String> taker;
  private final ArrayDeque<String> waiting = new ArrayDeque<>();
  private long lost;
  private boolean giving;

  /**
   * An empty one.
   *
   * @param executor runs the taker, for one line at a time
   */
  public LineQueue(Executor executor, Consumer<String> taker) {
    this.executor = executor;
    this.taker = taker;
  }

  /** One more. Blocks: no. */
  public void add(String line) {
    synchronized (waiting) {
      if (waiting.size() == MOST_WAITING) {
        lost++;
        return;
      }
      if (lost > 0) {
        waiting.add("(" + lost + " lines lost here: they came faster than they were taken)");
        lost = 0;
      }
      waiting.add(line);
      if (giving) {
        return;
      }
      giving = true;
    }
    executor.execute(this::give);
  }

  private void give() {
    for (String next = next(); next != null; next = next()) {
      taker.accept(next);
    }
  }

  private @Nullable String next() {
    synchronized (waiting) {
      giving = !waiting.isEmpty();
      return waiting.poll();
    }
  }
}

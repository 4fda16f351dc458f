package io.midplane.xenstore;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What threads did to one node and saw of it, and whether one after the other could have seen the
 * same: whether there is an order of all operations, each somewhere between its begin and its end,
 * in which each sees what the ones before it left.
 */
final class History {
  /** More make the search too long. */
  private static final int MOST = 62;

  /** One operation: what it saw, null if it did not look; what it wrote, null if it did not. */
  record Operation(String who, String saw, String wrote, long begin, long end) {}

  private final AtomicLong clock;
  private final String first;
  private final List<Operation> operations = new ArrayList<>();

  /**
   * Of a node.
   *
   * @param clock shared by all who take part
   * @param first what it holds before
   */
  History(AtomicLong clock, String first) {
    this.clock = clock;
    this.first = first;
  }

  /** Before an operation: its begin. */
  long begin() {
    return clock.incrementAndGet();
  }

  /** After it. */
  synchronized void add(String who, String saw, String wrote, long begin) {
    operations.add(new Operation(who, saw, wrote, begin, clock.incrementAndGet()));
  }

  /** The operations, if there is no such order. */
  synchronized Optional<List<Operation>> contradiction() {
    if (operations.size() > MOST) {
      throw new IllegalStateException("operations: " + operations.size());
    }
    return new Search().completes(0, first) ? Optional.empty() : Optional.of(operations);
  }

  /** Tries all orders that are left; what led nowhere before is not tried again. */
  private final class Search {
    private record State(long done, String value) {}

    private final Set<State> dead = new HashSet<>();

    private boolean completes(long done, String value) {
      if (done == (1L << operations.size()) - 1) {
        return true;
      }
      if (!dead.add(new State(done, value))) {
        return false;
      }
      long firstEnd = firstEnd(done);
      for (int i = 0; i < operations.size(); i++) {
        Operation next = operations.get(i);
        boolean mayBeNext = (done & 1L << i) == 0 && next.begin() < firstEnd;
        if (mayBeNext && (next.saw() == null || next.saw().equals(value))) {
          String after = next.wrote() == null ? value : next.wrote();
          if (completes(done | 1L << i, after)) {
            return true;
          }
        }
      }
      return false;
    }

    private long firstEnd(long done) {
      long first = Long.MAX_VALUE;
      for (int i = 0; i < operations.size(); i++) {
        if ((done & 1L << i) == 0) {
          first = Math.min(first, operations.get(i).end());
        }
      }
      return first;
    }
  }
}

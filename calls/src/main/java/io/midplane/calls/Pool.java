package io.midplane.calls;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.IntSupplier;

/**
 * A bounded executor as the graph sees it: a number of workers that handlers need to run.
 *
 * <p>It runs nothing itself: give it to {@link Callee#runsOn}, and a worker counts as taken while
 * {@link Slot#run} runs. Tasks the graph does not know count as work that ends. {@link GuardedPool}
 * is an executor with its pool.
 */
public final class Pool {
  private static final String SINGLE_THREAD_EXECUTOR =
      "java.util.concurrent.Executors$AutoShutdownDelegatedExecutorService";

  private final String name;
  private final IntSupplier workers;

  /** The slots whose handlers occupy a worker. Guarded by the graph's lock. */
  private final List<Slot> occupied = new ArrayList<>();

  Pool(String name, IntSupplier workers) {
    this.name = name;
    this.workers = workers;
  }

  /** Its name in messages and dumps. */
  public String name() {
    return name;
  }

  /** How many handlers it can run at once; {@code Integer.MAX_VALUE} if it never runs out. */
  public int workers() {
    return workers.getAsInt();
  }

  /**
   * Reads the number of workers off an executor, as often as it is asked: it may change. Does not
   * hold on to the executor; one that nobody holds any more runs nothing.
   */
  static IntSupplier workersOf(Executor executor) {
    if (executor instanceof ThreadPoolExecutor threads) {
      boolean queuesAll = threads.getQueue().remainingCapacity() == Integer.MAX_VALUE;
      var reference = new WeakReference<>(threads);
      return () -> {
        ThreadPoolExecutor pool = reference.get();
        if (pool == null) {
          return Integer.MAX_VALUE;
        }
        return queuesAll ? Math.max(1, pool.getCorePoolSize()) : pool.getMaximumPoolSize();
      };
    }
    boolean single = executor.getClass().getName().equals(SINGLE_THREAD_EXECUTOR);
    return single ? () -> 1 : () -> Integer.MAX_VALUE;
  }

  void occupy(Slot slot) {
    occupied.add(slot);
  }

  void release(Slot slot) {
    occupied.remove(slot);
  }

  /** A worker may be free: none is needed, one is idle, or one does work the graph cannot see. */
  boolean hasSpareWorker() {
    return occupied.size() < workers.getAsInt();
  }

  List<Slot> occupied() {
    return occupied;
  }
}

package io.midplane.actors;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.GuardedPool;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches threads, activities and pools that promised signs of life, on behalf of an agent ({@link
 * AgentContext#monitor}) or of the runtime ({@link Midplane#monitor}); when one goes missing, the
 * owner FAILs. Thread-safe; nothing here blocks. Rule: R10 in {@code docs/behaviours/runtime.md}.
 *
 * <pre>{@code
 * try (var heartbeat = context.monitor().register(Duration.ofSeconds(5))) {
 *   while (running) {
 *     step();
 *     heartbeat.keepAlive();
 *   }
 * }
 * }</pre>
 */
public final class ThreadMonitor {

  private final String owner;
  private final Engine engine;
  private final Duration poolPeriod;
  private final Consumer<Throwable> onMissed;

  // Guarded by this.
  private final Set<AutoCloseable> watched = new HashSet<>();
  private boolean closed;

  ThreadMonitor(String owner, Engine engine, Duration poolPeriod, Consumer<Throwable> onMissed) {
    this.owner = owner;
    this.engine = engine;
    this.poolPeriod = poolPeriod;
    this.onMissed = onMissed;
  }

  /** Watches the calling thread; like {@link #register(String, Duration)} with its name. */
  public Heartbeat register(Duration period) {
    Thread thread = Thread.currentThread();
    String name = thread.getName().isEmpty() ? "thread " + thread.threadId() : thread.getName();
    return register(name, period);
  }

  /**
   * Watches an activity that from now on calls {@link Heartbeat#keepAlive} at least once a period.
   * A period without is detected within one further period; the owner FAILs then, with the stack of
   * the thread that last gave a sign, and the activity is watched no more.
   *
   * @param name names the activity in the failure
   * @throws MidplaneException CLOSED if the owner has stopped or failed
   */
  public Heartbeat register(String name, Duration period) {
    var heartbeat = new Heartbeat(name, requirePositive(period), this);
    heartbeat.watch(engine.schedule(period, heartbeat::check));
    return added(heartbeat);
  }

  /**
   * A pool with the default period, {@code midplane.monitor.pool-period}; otherwise like {@link
   * #pool(int, String, Duration)}.
   */
  public MonitoredPool pool(int maxWorkers, String name) {
    return pool(maxWorkers, name, poolPeriod);
  }

  /**
   * A bounded pool that the owner may use for work that blocks. It is stuck, and the owner FAILs,
   * if jobs are queued for a whole period while none is finished; an idle pool never is. It closes
   * when its owner stops or fails.
   *
   * @throws MidplaneException CLOSED if the owner has stopped or failed; INVALID_ARGUMENT for fewer
   *     than one worker
   */
  public MonitoredPool pool(int maxWorkers, String name, Duration period) {
    requirePositive(period);
    GuardedPool jobs = GuardedPool.fixed(engine.graph(), owner + "/" + name, maxWorkers);
    var pool = new MonitoredPool(name, period, jobs, engine, this);
    pool.watch(engine.schedule(period, pool::check));
    return added(pool);
  }

  /** Tells the owner what was missed. */
  void missed(MidplaneException failure) {
    engine.virtualThreads().execute(() -> onMissed.accept(failure));
  }

  synchronized void remove(AutoCloseable watch) {
    watched.remove(watch);
  }

  /** Ends all watching and closes the pools. */
  void close() {
    List<AutoCloseable> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(watched);
    }
    open.forEach(ThreadMonitor::close);
  }

  private <W extends AutoCloseable> W added(W watch) {
    synchronized (this) {
      if (!closed) {
        watched.add(watch);
        return watch;
      }
    }
    close(watch);
    throw new MidplaneException(
        ErrorCode.CLOSED, owner + ": it has stopped or failed; nothing of it is watched any more");
  }

  private static void close(AutoCloseable watch) {
    try {
      watch.close();
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Duration requirePositive(Duration period) {
    if (!period.isPositive()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "period: " + period + " (expected: longer than zero)");
    }
    return period;
  }
}

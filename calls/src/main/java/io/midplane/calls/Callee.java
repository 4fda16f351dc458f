package io.midplane.calls;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One agent, service or actor as its callers see it: what they wait for, and whose death ends their
 * waiting.
 *
 * <p>Made by {@link CallGraph#callee} or {@link CallGraph#parallelCallee}. Whoever runs its
 * handlers says when a call is being served ({@link #begin}) and when the callee dies ({@link
 * #fail}). All methods may be called from any thread and none blocks.
 */
public final class Callee extends Bag.Member implements AutoCloseable {
  private final CallGraph graph;
  private final String name;
  private final boolean parallel;

  // Guarded by the graph's lock.
  private final Bag<Call<?>> open = new Bag<>();
  private final Bag<Slot> running = new Bag<>();
  private @Nullable Pool pool;
  private @Nullable Throwable down;

  Callee(CallGraph graph, String name, boolean parallel) {
    this.graph = graph;
    this.name = name;
    this.parallel = parallel;
  }

  /** Its name in messages and dumps. */
  public String name() {
    return name;
  }

  /**
   * Says that its handlers need a worker of this pool: each runs in {@link Slot#run} on one. Say it
   * before the first call.
   */
  public Callee runsOn(Pool pool) {
    graph.locked(() -> this.pool = pool);
    return this;
  }

  /**
   * A handler begins to serve a call that has left the queue.
   *
   * @param call what it serves; null if a message or an event that nobody waits for
   */
  public Slot begin(@Nullable Call<?> call) {
    return graph.began(this, call, false);
  }

  /**
   * The same for a handler that runs beside other shared ones of a parallel callee.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the call's operation is not {@linkplain
   *     Operation#shared shared} or this callee is not parallel
   */
  public Slot beginShared(@Nullable Call<?> call) {
    if (!parallel) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          name + ": serves one call at a time; use begin(), or make it a parallelCallee");
    }
    if (call != null && !call.operation().shared()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "operation: "
              + call.operation()
              + " at "
              + name
              + " (expected: a shared one); make it with Operation.shared, or use begin()");
    }
    return graph.began(this, call, true);
  }

  /**
   * The callee died: every open call that it has not answered ends at once with CALLEE_DIED, and
   * later calls are refused the same way until {@link #revive()}. Handlers that still run no longer
   * count as its own.
   */
  public void fail(Throwable reason) {
    for (Call<?> call : graph.died(this, reason)) {
      call.die(this, reason);
    }
  }

  /**
   * The callee was restarted: calls it had already taken end at once with CALLEE_DIED; those still
   * in its queue live on. Handlers of the time before that still run no longer count as its own.
   */
  public void failTaken(Throwable reason) {
    for (Call<?> call : graph.restarted(this)) {
      call.die(this, reason);
    }
  }

  /** Calls are welcome again. */
  public void revive() {
    graph.locked(() -> down = null);
  }

  /** Ends it for good: as {@link #fail}, with the reason it is down for, or that it was closed. */
  @Override
  public void close() {
    Throwable before = graph.reasonDown(this);
    fail(before != null ? before : new MidplaneException(ErrorCode.CLOSED, name + " was closed"));
  }

  @Override
  public String toString() {
    return name;
  }

  CallGraph graph() {
    return graph;
  }

  boolean isParallel() {
    return parallel;
  }

  @Nullable Pool pool() {
    return pool;
  }

  @Nullable Throwable down() {
    return down;
  }

  void down(Throwable reason) {
    down = reason;
  }

  Bag<Call<?>> open() {
    return open;
  }

  Bag<Slot> running() {
    return running;
  }

  List<Call<?>> unanswered(boolean onlyTaken) {
    List<Call<?>> calls = new ArrayList<>();
    for (int i = 0; i < open.size(); i++) {
      Call<?> call = open.get(i);
      if (!call.isAnswered() && (!onlyTaken || call.isTaken())) {
        calls.add(call);
      }
    }
    return calls;
  }
}

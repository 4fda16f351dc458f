package io.midplane.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for whom in one runtime. Its nodes are execution slots, not agents: an agent with a
 * free slot can serve a call that comes back to it.
 *
 * <p>Each handler that waits has one edge, from the moment before its call is sent until the answer
 * is sent. Before an edge is added, the graph asks whether the waiter would ever run on; that
 * question and the addition are one critical section, so of two callers who together close a cycle
 * exactly one is refused. A parallel callee must not hold a shared call of a handler ({@link
 * Call#isNested}) back until a queued exclusive one has run; the graph counts on that.
 *
 * <p>Thread-safe; nothing here blocks, apart from the millisecond a refusal takes to make sure.
 */
public final class CallGraph {
  /** A real cycle is stable; an answer under way is gone long before the last look. */
  private static final int LOOKS = 5;

  private static final long BETWEEN_LOOKS_NANOS = 150_000;

  /** A sender that has not returned by now waits for somebody itself. */
  private static final long SENDING_NANOS = 1_000_000_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Bag<Callee> called = new Bag<>();

  /** A callee that serves one call at a time. */
  public Callee callee(String name) {
    return new Callee(this, name, false);
  }

  /**
   * A callee whose shared calls run in parallel, however many, and whose others run alone. It must
   * let shared calls of handlers overtake queued exclusive ones.
   */
  public Callee parallelCallee(String name) {
    return new Callee(this, name, true);
  }

  /**
   * A bounded executor as a resource.
   *
   * @param workers how many handlers it runs at once; {@code Integer.MAX_VALUE} if it never runs
   *     out
   */
  public Pool pool(String name, int workers) {
    if (workers < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "workers: " + workers + " (expected: 1 or more)");
    }
    return new Pool(name, () -> workers);
  }

  /**
   * An executor as a resource, with the number of workers that can be read off it: a {@link
   * ThreadPoolExecutor}'s (its core size if it queues without bound, else its maximum), one for
   * {@code Executors.newSingleThreadExecutor()}. Any other, such as one with virtual threads or a
   * fork-join pool, counts as one that never runs out; state the number if yours does.
   */
  public Pool pool(String name, Executor executor) {
    return new Pool(name, Pool.workersOf(executor));
  }

  /** The calls somebody is blocked on at this moment. */
  public List<Wait> waits() {
    return snapshot(true);
  }

  /** All calls without an answer at this moment, also those nobody is blocked on. */
  public List<Wait> openCalls() {
    return snapshot(false);
  }

  private List<Wait> snapshot(boolean onlyBlocked) {
    List<Call<?>> calls = new ArrayList<>();
    locked(() -> {
      for (int i = 0; i < called.size(); i++) {
        for (Call<?> call : called.get(i).unanswered(false)) {
          if (call.blocks() || !onlyBlocked) {
            calls.add(call);
          }
        }
      }
    });
    return calls.stream().<Wait>map(Call::toWait).toList();
  }

  /** Adds the call, with an edge if a handler waits for it; or refuses and adds nothing. */
  void admit(Call<?> call) {
    Cycle cycle = tryAdmit(call);
    if (cycle != null) {
      makeSure(call, cycle, () -> tryAdmit(call), "Nothing was sent.");
    }
  }

  /** A handler is about to wait for a call made before; true if the graph has an edge for it. */
  boolean await(Slot waiter, Call<?> call) {
    Cycle cycle = tryAwait(waiter, call);
    if (cycle != null) {
      makeSure(call, cycle, () -> tryAwait(waiter, call), "The call itself goes on.");
    }
    return waiter.waitsFor() == call;
  }

  /** The handler waits no longer. */
  void awaited(Slot waiter) {
    locked(() -> {
      Call<?> call = waiter.waitsFor();
      if (call != null) {
        call.blocks(false);
        waiter.stopWaiting();
      }
    });
  }

  /** Looks again until the wait turns out to be harmless or the same cycle has stood still. */
  private static void makeSure(
      Call<?> call, Cycle found, Supplier<@Nullable Cycle> look, String outcome) {
    long sentBy = System.nanoTime() + SENDING_NANOS;
    Cycle cycle = found;
    int looks = 1;
    while (looks < LOOKS) {
      pause();
      Cycle again = look.get();
      if (again == null) {
        return;
      }
      boolean settled = again.isSent() || System.nanoTime() - sentBy > 0;
      looks = settled && again.isSameAs(cycle) ? looks + 1 : 1;
      cycle = again;
    }
    throw cycle.refusal(call, outcome);
  }

  private static void pause() {
    long until = System.nanoTime() + BETWEEN_LOOKS_NANOS;
    for (long left = BETWEEN_LOOKS_NANOS; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** One look: adds the call, or says which cycle it would complete. */
  @Nullable Cycle tryAdmit(Call<?> call) {
    Throwable down;
    lock.lock();
    try {
      Callee callee = call.callee();
      down = callee.down();
      if (down == null) {
        Slot caller = call.blocks() ? call.caller() : null;
        Cycle cycle = caller == null ? null : connect(caller, call);
        if (cycle == null) {
          add(call, callee);
        }
        return cycle;
      }
    } finally {
      lock.unlock();
    }
    throw Failures.down(call.callee(), call.operation(), down);
  }

  @Nullable Cycle tryAwait(Slot waiter, Call<?> call) {
    lock.lock();
    try {
      Cycle cycle = connect(waiter, call);
      if (cycle == null && waiter.waitsFor() == call) {
        call.blocks(true);
      }
      return cycle;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds the edge, unless it would complete a cycle, or nobody knows which thread decides, or the
   * waiter belongs to another runtime, whose graph has a lock of its own.
   */
  private @Nullable Cycle connect(Slot waiter, Call<?> call) {
    if (waiter.graph() != this || waiter.threads() > 1 || waiter.waitsFor() != null) {
      return null;
    }
    Cycle cycle = WaitCheck.cycle(waiter, call);
    if (cycle == null) {
      waiter.startWaiting(call);
    }
    return cycle;
  }

  private void add(Call<?> call, Callee callee) {
    if (callee.open().isEmpty()) {
      called.add(callee);
    }
    callee.open().add(call);
  }

  private void remove(Call<?> call) {
    Callee callee = call.callee();
    callee.open().remove(call);
    if (callee.open().isEmpty()) {
      called.remove(callee);
    }
  }

  /** The caller has its answer, or has given up. */
  void finish(Call<?> call) {
    lock.lock();
    try {
      if (call.isInBag()) {
        remove(call);
        Slot caller = call.caller();
        if (caller != null && caller.waitsFor() == call) {
          caller.stopWaiting();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  boolean forward(Call<?> call, Callee other) {
    Throwable down;
    Cycle cycle;
    lock.lock();
    try {
      if (call.isAnswered() || !call.isInBag()) {
        return false;
      }
      remove(call);
      call.callee(other);
      call.requeue();
      add(call, other);
      down = other.down();
      cycle = down == null ? cycleOfAnyWaiter(call) : null;
    } finally {
      lock.unlock();
    }
    if (down != null) {
      call.die(other, down);
    } else if (cycle != null) {
      call.reply().completeExceptionally(cycle.refusal(call, "It was not passed on."));
    }
    return down == null && cycle == null;
  }

  private static @Nullable Cycle cycleOfAnyWaiter(Call<?> call) {
    Cycle cycle = null;
    Slot waiter = call.firstWaiter();
    while (waiter != null && cycle == null) {
      cycle = WaitCheck.cycle(waiter, call);
      waiter = waiter.nextWaiter();
    }
    return cycle;
  }

  Slot began(Callee callee, @Nullable Call<?> call, boolean shared) {
    Slot slot = new Slot(callee, call, shared);
    lock.lock();
    try {
      callee.running().add(slot);
      if (call != null) {
        call.server(slot);
      }
    } finally {
      lock.unlock();
    }
    return slot;
  }

  void ended(Slot slot) {
    lock.lock();
    try {
      if (slot.isInBag()) {
        slot.callee().running().remove(slot);
        Call<?> call = slot.serves();
        if (call != null && call.server() == slot) {
          call.server(null);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * A thread enters the slot.
   *
   * @param outer the slot that runs further out on the same thread, or null
   * @param onWorker whether the thread may be a worker of the callee's pool
   */
  void entered(Slot slot, @Nullable Slot outer, boolean onWorker) {
    lock.lock();
    try {
      slot.enter();
      Pool pool = slot.callee().pool();
      if (pool != null && onWorker && slot.threads() == 1) {
        pool.occupy(slot);
      }
      if (outer != null) {
        outer.inner(slot);
      }
    } finally {
      lock.unlock();
    }
  }

  void left(Slot slot, @Nullable Slot outer) {
    lock.lock();
    try {
      slot.leave();
      Pool pool = slot.callee().pool();
      if (pool != null && slot.threads() == 0) {
        pool.release(slot);
      }
      if (outer != null) {
        outer.inner(null);
      }
    } finally {
      lock.unlock();
    }
  }

  @Nullable Throwable reasonDown(Callee callee) {
    lock.lock();
    try {
      return callee.down();
    } finally {
      lock.unlock();
    }
  }

  /** The callee died: its turns are free, and these are the calls that end. */
  List<Call<?>> died(Callee callee, Throwable reason) {
    lock.lock();
    try {
      callee.down(reason);
      callee.running().clear();
      return callee.unanswered(false);
    } finally {
      lock.unlock();
    }
  }

  /** The callee was restarted: its turns are free, and these are the calls that end. */
  List<Call<?>> restarted(Callee callee) {
    lock.lock();
    try {
      callee.running().clear();
      return callee.unanswered(true);
    } finally {
      lock.unlock();
    }
  }

  void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}

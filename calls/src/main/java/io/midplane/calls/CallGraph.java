package io.midplane.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for whom in one runtime. Its nodes are execution slots, not agents: an agent with a
 * free slot can serve a call that comes back to it.
 *
 * <p>Each handler that waits has one edge, from the moment before its call is sent until the answer
 * is sent. Before an edge is added, the graph asks whether the waiter would ever run on; that
 * question and the addition are one critical section, so of two callers who together close a cycle
 * exactly one is refused. A parallel callee must not hold a shared call back until a queued
 * exclusive one has run, for a bounded time at most; the graph counts on that.
 *
 * <p>Thread-safe; nothing here blocks, apart from the millisecond a refusal takes to make sure.
 */
public final class CallGraph {
  /** A real cycle is stable; an answer under way is gone long before the last look. */
  private static final int LOOKS = 5;

  private static final long BETWEEN_LOOKS_NANOS = 250_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Bag<Callee> called = new Bag<>();

  /** A callee that serves one call at a time. */
  public Callee callee(String name) {
    return new Callee(this, name, false);
  }

  /** A callee whose shared calls run in parallel, however many, and whose others run alone. */
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
          if (call.isSync() || !onlyBlocked) {
            calls.add(call);
          }
        }
      }
    });
    return calls.stream().<Wait>map(Call::toWait).toList();
  }

  /** Adds the call, with an edge if a handler waits for it; or refuses and adds nothing. */
  void admit(Call<?> call) {
    Cycle last = null;
    for (int look = 0; look < LOOKS; look++) {
      Cycle cycle = tryAdmit(call);
      if (cycle == null) {
        return;
      }
      look = last != null && cycle.isSameAs(last) ? look : 0;
      last = cycle;
      pause();
    }
    throw java.util.Objects.requireNonNull(last).refusal(call);
  }

  private static void pause() {
    long until = System.nanoTime() + BETWEEN_LOOKS_NANOS;
    for (long left = BETWEEN_LOOKS_NANOS; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private @Nullable Cycle tryAdmit(Call<?> call) {
    Throwable down;
    lock.lock();
    try {
      Callee callee = call.callee();
      down = callee.down();
      if (down == null) {
        Slot caller = call.isSync() ? call.caller() : null;
        if (caller != null && caller.threads() <= 1 && caller.waitsFor() == null) {
          Cycle cycle = WaitCheck.cycle(caller, call);
          if (cycle != null) {
            return cycle;
          }
          caller.waitsFor(call);
        }
        add(call, callee);
        return null;
      }
    } finally {
      lock.unlock();
    }
    throw Failures.down(call.callee(), call.operation(), down);
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
          caller.waitsFor(null);
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
      Slot caller = call.caller();
      cycle =
          down == null && caller != null && caller.waitsFor() == call
              ? WaitCheck.cycle(caller, call)
              : null;
    } finally {
      lock.unlock();
    }
    if (down != null) {
      call.die(other, down);
    } else if (cycle != null) {
      call.reply().completeExceptionally(cycle.refusal(call));
    }
    return down == null && cycle == null;
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

  void entered(Slot slot, @Nullable Slot outer) {
    lock.lock();
    try {
      slot.enter();
      Pool pool = slot.callee().pool();
      if (pool != null && slot.threads() == 1) {
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

  List<Call<?>> down(Callee callee, Throwable reason) {
    lock.lock();
    try {
      callee.down(reason);
      return callee.unanswered(false);
    } finally {
      lock.unlock();
    }
  }

  List<Call<?>> unanswered(Callee callee, boolean onlyTaken) {
    lock.lock();
    try {
      return callee.unanswered(onlyTaken);
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

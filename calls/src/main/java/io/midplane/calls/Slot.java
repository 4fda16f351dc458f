package io.midplane.calls;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a callee's handler: the node of the wait-for graph. Begin it when a call leaves
 * the queue, run the handler in it, close it when the handler is over.
 *
 * <pre>{@code
 * try (Slot slot = callee.begin(call)) {
 *   T result = slot.run(handler);
 *   call.replied();
 *   call.reply().complete(result);
 * }
 * }</pre>
 *
 * <p>Any thread may begin and close it; the handler runs on one thread at a time. A slot may stay
 * open after its handler returned, when the answer comes later: it then counts as work that ends.
 */
public final class Slot extends Bag.Member implements AutoCloseable {
  private final Callee callee;
  private final @Nullable Call<?> serves;
  private final boolean shared;
  private final ThreadMark mark = ThreadMark.of(this);

  // Guarded by the graph's lock.
  private @Nullable Call<?> waitsFor;
  private @Nullable Slot nextWaiter;
  private @Nullable Slot inner;
  private int threads;
  private boolean started;

  Slot(Callee callee, @Nullable Call<?> serves, boolean shared) {
    this.callee = callee;
    this.serves = serves;
    this.shared = shared;
  }

  /**
   * Runs the handler on the calling thread, which may block meanwhile and takes one worker of the
   * callee's pool. Slots nest on one thread.
   */
  public <T extends @Nullable Object> T run(Callable<T> handler) throws Exception {
    ThreadMark previous = mark.enter();
    Slot outer = previous == null ? null : previous.slot();
    if (outer == this) {
      return handler.call();
    }
    if (outer != null && outer.graph() != graph()) {
      outer = null; // of another runtime, whose graph has a lock of its own
    }
    callee.graph().entered(this, outer, previous == null || previous.isFree());
    try {
      return handler.call();
    } finally {
      callee.graph().left(this, outer);
      ThreadMark.leave(previous);
    }
  }

  /** The handler is over. A call it did not answer is answered by somebody unknown. */
  @Override
  public void close() {
    callee.graph().ended(this);
  }

  Callee callee() {
    return callee;
  }

  CallGraph graph() {
    return callee.graph();
  }

  @Nullable Call<?> serves() {
    return serves;
  }

  boolean isShared() {
    return shared;
  }

  /** The call it waits for, or null while it runs. */
  @Nullable Call<?> waitsFor() {
    return waitsFor;
  }

  /** Adds its edge. */
  void startWaiting(Call<?> call) {
    waitsFor = call;
    nextWaiter = call.firstWaiter();
    call.firstWaiter(this);
  }

  /** Removes its edge. */
  void stopWaiting() {
    Call<?> call = waitsFor;
    if (call != null) {
      call.firstWaiter(without(call.firstWaiter()));
      waitsFor = null;
      nextWaiter = null;
    }
  }

  /** The chain of waiters without this one. */
  private @Nullable Slot without(@Nullable Slot chain) {
    if (chain == null || chain == this) {
      return nextWaiter;
    }
    Slot last = chain;
    while (last.nextWaiter != this && last.nextWaiter != null) {
      last = last.nextWaiter;
    }
    last.nextWaiter = nextWaiter;
    return chain;
  }

  /** The next slot that waits for the same call; there is more than one only for async calls. */
  @Nullable Slot nextWaiter() {
    return nextWaiter;
  }

  /** The slot that runs on the same thread further in, or null; this one waits for it. */
  @Nullable Slot inner() {
    return inner;
  }

  void inner(@Nullable Slot slot) {
    inner = slot;
  }

  /** Whether it still has to get a worker of its callee's pool. */
  boolean needsWorker() {
    return !started;
  }

  void enter() {
    started = true;
    threads++;
  }

  void leave() {
    threads--;
  }

  /** How many threads run in it; more than one and nobody knows which of them ends it. */
  int threads() {
    return threads;
  }
}

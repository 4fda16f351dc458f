package io.midplane.calls;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a caller blocks.
 *
 * <p>A synchronous call passes it in this order: may this thread wait at all ({@link
 * DeadlockLevel#L0}); could the wait ever end (the other levels); then the call is sent, and the
 * thread waits for the answer, the deadline or the callee's death, whichever is first. A refused
 * call sends nothing and leaves nothing behind. An asynchronous call is sent from any thread and
 * waits for nobody.
 *
 * <p>Thread-safe. Rules: {@code docs/behaviours/call-safety.md}.
 */
public final class BlockingGate {
  private final CallGraph graph;

  /** The gate of a runtime. */
  public BlockingGate(CallGraph graph) {
    this.graph = graph;
  }

  /**
   * Sends a call and waits for its answer. Blocks: yes.
   *
   * @param timeout how long to wait at most; anything over a century is without limit
   * @param send sends the call and returns its answer-to-be: {@link Call#reply()} if the callee
   *     completes that one, or a future of its own; once that very future is done, nobody is held
   *     up by the call any more
   * @throws DeadlockDetectedException if the wait could never end; {@code send} did not run
   * @throws MidplaneException TIMED_OUT, CALLEE_DIED, CANCELLED (the thread was interrupted; its
   *     interrupt flag is set), the callee's own, or INTERNAL around whatever else it failed with
   */
  public <T extends @Nullable Object> T call(
      Callee callee,
      Operation what,
      Duration timeout,
      Function<Call<T>, ? extends CompletionStage<T>> send) {
    ThreadMark origin = requireMayBlock(what);
    requireOwn(callee);
    long nanos = nanos(timeout);
    Call<T> call = new Call<>(graph, callee, what, origin, true);
    graph.admit(call);
    try {
      call.follow(send.apply(call));
      return await(call, nanos);
    } finally {
      graph.finish(call);
    }
  }

  /**
   * Sends a call and returns at once. Blocks: no, and allowed on every thread.
   *
   * <p>The stage completes on a virtual thread, exactly once, never inside this method: with the
   * answer, or with the same errors as {@link #call}, except that nothing is ever refused as a
   * deadlock. What depends on it runs on a virtual thread too, never in the stack of whoever adds
   * it, also if the answer is there already. Cancelling it gives the call up. Who blocks on it or
   * on a stage derived from it ({@code join()}) makes a synchronous call of it, which is refused
   * like any other.
   */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Callee callee,
      Operation what,
      Duration timeout,
      Function<Call<T>, ? extends CompletionStage<T>> send) {
    return sendAsync(callee, what, timeout, null, send);
  }

  /**
   * Like {@link #callAsync(Callee, Operation, Duration, Function)}, completing on an executor of
   * the caller's choice.
   *
   * @param completeOn runs the completion; {@code Runnable::run} completes on the thread that
   *     answers, an actor's as a rule, which spares a hand-over: for code of a subsystem whose
   *     dependents never block; should it refuse, a virtual thread does it
   */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Callee callee,
      Operation what,
      Duration timeout,
      Executor completeOn,
      Function<Call<T>, ? extends CompletionStage<T>> send) {
    return sendAsync(callee, what, timeout, completeOn, send);
  }

  private <T extends @Nullable Object> CompletionStage<T> sendAsync(
      Callee callee,
      Operation what,
      Duration timeout,
      @Nullable Executor completeOn,
      Function<Call<T>, ? extends CompletionStage<T>> send) {
    requireOwn(callee);
    long nanos = nanos(timeout);
    Call<T> call = new Call<>(graph, callee, what, ThreadMark.current(), false);
    AsyncReply<T> result = AsyncReply.to(call, completeOn);
    try {
      graph.admit(call);
      call.follow(send.apply(call));
    } catch (Throwable failure) {
      call.reply().completeExceptionally(failure);
    }
    if (nanos != Long.MAX_VALUE && !call.reply().isDone()) {
      var unusedTimeout = call.reply().orTimeout(nanos, TimeUnit.NANOSECONDS);
    }
    return result;
  }

  /**
   * The outcome of something that is no call, as a stage that keeps the rules of {@link #callAsync}
   * for threads: it completes on a virtual thread, runs dependents there, and waiting for it is
   * refused where nobody may wait. Blocks: no.
   *
   * @param what names it in a refusal
   */
  public <T extends @Nullable Object> CompletionStage<T> outcome(
      Operation what, CompletionStage<T> source) {
    return AsyncReply.of(what, source);
  }

  /** A callee in the graph of this gate, whose handlers make waits that are no calls visible. */
  public Callee callee(String name) {
    return graph.callee(name);
  }

  /**
   * Says that the calling thread is about to wait, outside of the gate, for something that a
   * handler of the callee brings about: whoever that handler calls must not wait for this thread.
   * Blocks: no.
   *
   * @param mayEnd whether the wait may end although that handler goes no further, because what it
   *     waits for is on its way, for example. Asked at any time and on any thread until the wait
   *     ends, under the graph's lock: quick, and without a lock of its own
   * @return to be run when the thread waits no longer; null if no handler waits here, so that
   *     nobody has to know
   * @throws DeadlockDetectedException if it would wait for ever
   */
  public @Nullable Runnable beginWait(Callee callee, Operation what, BooleanSupplier mayEnd) {
    ThreadMark origin = requireMayBlock(what);
    requireOwn(callee);
    if (origin == null || origin.slot() == null) {
      return null;
    }
    Call<Object> wait = new Call<>(graph, callee, what, origin, true);
    wait.endsIf(mayEnd);
    graph.admit(wait);
    return () -> graph.finish(wait);
  }

  /**
   * Refuses a wait that is not a call, an iterator's for example, on a thread that must not wait.
   *
   * @throws DeadlockDetectedException at level L0
   */
  public void checkMayBlock(Operation what) {
    var unused = requireMayBlock(what);
  }

  /** Whether the calling thread may wait: exactly when {@link #checkMayBlock} would not throw. */
  public boolean mayBlock() {
    return ThreadMark.mayBlock();
  }

  /** The mark first, for it is fast and knows the name; then the stack. */
  static @Nullable ThreadMark requireMayBlock(Operation what) {
    ThreadMark mark = ThreadMark.current();
    String owner = mark == null ? null : mark.owner();
    if (owner != null) {
      throw mustNotWait(what, owner);
    }
    if (mark == null && ThreadMark.isBelowAnActor()) {
      throw mustNotWait(what, "an actor");
    }
    return mark;
  }

  private static DeadlockDetectedException mustNotWait(Operation what, String owner) {
    return new DeadlockDetectedException(
        DeadlockLevel.L0,
        List.of(),
        ("deadlock L0: %s would block thread %s, which serves %s and must not wait."
                + " Nothing was sent. Use %s, or call from a handler that may block.")
            .formatted(what, Call.nameOf(Thread.currentThread()), owner, what.alternative()));
  }

  private static <T extends @Nullable Object> T await(Call<T> call, long nanos) {
    CompletableFuture<T> reply = call.reply();
    try {
      return nanos == Long.MAX_VALUE ? reply.get() : reply.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return endedBy(call, Failures.timedOut(call));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return endedBy(call, Failures.interrupted(call));
    } catch (ExecutionException e) {
      throw withCaller(call, e);
    } catch (CancellationException e) {
      throw Failures.of(call, e);
    }
  }

  /** The caller gives up, unless the answer came at the same moment. */
  private static <T extends @Nullable Object> T endedBy(Call<T> call, MidplaneException failure) {
    if (call.reply().completeExceptionally(failure)) {
      throw failure;
    }
    try {
      return call.reply().join();
    } catch (RuntimeException answer) {
      throw withCaller(call, answer);
    }
  }

  /** An error made on another thread says where it was called from. */
  private static MidplaneException withCaller(Call<?> call, Exception delivered) {
    MidplaneException failure = Failures.of(call, delivered);
    if (failure.getSuppressed().length < 4) {
      failure.addSuppressed(new CalledHere(call.operation().toString()));
    }
    return failure;
  }

  private void requireOwn(Callee callee) {
    if (callee.graph() != graph) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "callee: " + callee + " of another graph (expected: one of this runtime); use its gate");
    }
  }

  private static long nanos(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "timeout: " + timeout + " (expected: more than zero)");
    }
    return timeout.toDays() > 36_500 ? Long.MAX_VALUE : timeout.toNanos();
  }

  /** Carries the caller's stack; no error of its own. */
  private static final class CalledHere extends Exception {
    private static final long serialVersionUID = 1L;

    CalledHere(String operation) {
      super(operation + " was called here");
    }
  }
}

package io.midplane.packet;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for what a link completes, where waiting is allowed. Immutable. */
record Waits(BlockingGate gate) {

  /** Something that may be interrupted. */
  @FunctionalInterface
  interface Interruptible<T extends @Nullable Object> {
    T call() throws InterruptedException;
  }

  void check(Object what, String alternative) {
    gate.checkMayBlock(new Operation(what, alternative));
  }

  /** Blocks: yes. */
  <T extends @Nullable Object> T await(
      Object what, String alternative, CompletionStage<? extends T> stage) {
    check(what, alternative);
    return interruptibly(what, () -> join(what, stage));
  }

  private static <T extends @Nullable Object> T join(
      Object what, CompletionStage<? extends T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw known(what, e.getCause() == null ? e : e.getCause());
    }
  }

  /** Runs what may be interrupted, which ends it with CANCELLED. */
  static <T extends @Nullable Object> T interruptibly(Object what, Interruptible<T> task) {
    try {
      return task.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MidplaneException(
          ErrorCode.CANCELLED, what + ": the waiting thread was interrupted", e);
    }
  }

  /** The same without waiting, completing on a virtual thread. */
  <T extends @Nullable Object> CompletionStage<T> later(Object what, CompletionStage<T> stage) {
    return gate.outcome(
        new Operation(what, "thenAccept()"),
        stage.handle((value, failure) -> {
          if (failure != null) {
            throw known(what, failure);
          }
          return value;
        }));
  }

  /** Runs something that waits on a virtual thread, which ends when the stage is cancelled. */
  <T extends @Nullable Object> CompletionStage<T> onVirtualThread(
      Object what, Interruptible<T> task) {
    var future = new CompletableFuture<T>();
    Thread thread =
        Thread.ofVirtual()
            .name("packet-call")
            .unstarted(() -> {
              try {
                future.complete(interruptibly(what, task));
              } catch (RuntimeException | Error e) {
                future.completeExceptionally(e);
              }
            });
    var unused = future.whenComplete((value, failure) -> thread.interrupt());
    thread.start();
    return future;
  }

  static MidplaneException known(Object what, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof MidplaneException midplane
        ? midplane
        : new MidplaneException(ErrorCode.INTERNAL, what + " failed: " + cause, cause);
  }

  /** Nanoseconds, no more than a century. */
  static long nanos(Duration timeout) {
    if (timeout.isNegative()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "timeout: " + timeout + " (expected: zero or more)");
    }
    return timeout.toDays() > 36_500 ? TimeUnit.DAYS.toNanos(36_500) : timeout.toNanos();
  }
}

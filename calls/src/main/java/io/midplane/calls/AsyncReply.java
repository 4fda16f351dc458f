package io.midplane.calls;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What an asynchronous call returns: it completes on a virtual thread of its own, so that its
 * dependents may block and never hold up whoever answered; or where the caller wants it.
 *
 * <p>Blocking on it is a synchronous call after all, and is refused like one. So is blocking on a
 * stage derived from it, which cannot complete before the call is answered; unless another stage,
 * or a value given for the case that it comes late, may complete it too.
 */
final class AsyncReply<T extends @Nullable Object> extends VirtualStage<T> {
  private final Operation operation;

  /** The call to give up when it is cancelled; null if it is derived. */
  private final @Nullable Call<T> own;

  /** The call without whose answer it does not complete; null if it may. */
  private volatile @Nullable Call<?> needs;

  private AsyncReply(
      Operation operation, @Nullable Call<T> own, @Nullable Call<?> needs, boolean apart) {
    super(apart);
    this.operation = operation;
    this.own = own;
    this.needs = needs;
  }

  /** The answer to come of a call, completing on that executor; null for a virtual thread. */
  static <T extends @Nullable Object> AsyncReply<T> to(Call<T> call, @Nullable Executor executor) {
    AsyncReply<T> reply = new AsyncReply<>(call.operation(), call, call, executor == null);
    var unusedCancel =
        call.reply()
            .whenComplete((value, failure) -> {
              call.graph().finish(call);
              reply.completeOn(executor, () -> reply.complete(call, value, failure));
            });
    return reply;
  }

  /** The outcome of something that is no call; the graph does not know what it waits for. */
  static <T extends @Nullable Object> AsyncReply<T> of(
      Operation operation, CompletionStage<T> source) {
    AsyncReply<T> reply = new AsyncReply<>(operation, null, null, true);
    var unusedEnd =
        source.whenComplete((value, failure) ->
            startCompletion(() -> {
              if (failure == null) {
                reply.complete(value);
              } else {
                reply.completeExceptionally(failure);
              }
            }));
    return reply;
  }

  /** On that executor or, if there is none or it refuses, on a virtual thread. */
  private void completeOn(@Nullable Executor executor, Runnable completion) {
    if (executor == null) {
      startCompletion(completion);
      return;
    }
    try {
      executor.execute(completion);
    } catch (RejectedExecutionException e) {
      startCompletion(completion);
    }
  }

  private void complete(Call<T> ended, T value, @Nullable Throwable failure) {
    if (failure == null) {
      complete(value);
    } else {
      completeExceptionally(Failures.of(ended, failure));
    }
  }

  @Override
  public T join() {
    Slot waiter = beforeWaiting();
    try {
      return super.join();
    } finally {
      afterWaiting(waiter);
    }
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    Slot waiter = beforeWaiting();
    try {
      return super.get();
    } finally {
      afterWaiting(waiter);
    }
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    Slot waiter = beforeWaiting();
    try {
      return super.get(timeout, unit);
    } finally {
      afterWaiting(waiter);
    }
  }

  private @Nullable Slot beforeWaiting() {
    if (isDone()) {
      return null;
    }
    ThreadMark mark = BlockingGate.requireMayBlock(operation);
    Slot waiter = mark == null ? null : mark.slot();
    Call<?> call = needs;
    return waiter != null && call != null && call.graph().await(waiter, call) ? waiter : null;
  }

  private static void afterWaiting(@Nullable Slot waiter) {
    if (waiter != null) {
      waiter.graph().awaited(waiter);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled && own != null) {
      own.reply().cancel(false);
    }
    return cancelled;
  }

  @Override
  public CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
    needs = null;
    return super.completeOnTimeout(value, timeout, unit);
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
    return new AsyncReply<>(operation, null, needs, isApart());
  }

  @Override
  <U extends @Nullable Object> CompletableFuture<U> ofEither(CompletableFuture<U> first) {
    if (first instanceof AsyncReply<U> reply) {
      reply.needs = null;
    }
    return first;
  }
}

package io.midplane.calls;

import java.util.concurrent.CompletableFuture;
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
 * <p>Blocking on it is a synchronous call after all, and is refused like one. Stages derived from
 * it refuse at L0 only, since nobody knows what they wait for.
 */
final class AsyncReply<T extends @Nullable Object> extends CompletableFuture<T> {
  /** Runs each completion on a virtual thread that may block. */
  static final Executor VIRTUAL = AsyncReply::startFree;

  private final Operation operation;
  private final @Nullable Call<T> call;

  private AsyncReply(Operation operation, @Nullable Call<T> call) {
    this.operation = operation;
    this.call = call;
  }

  static <T extends @Nullable Object> AsyncReply<T> to(Call<T> call) {
    return new AsyncReply<>(call.operation(), call);
  }

  /** Completes it as the call was, on that executor or, if it refuses, on a virtual thread. */
  void completeOn(Executor executor, Call<T> ended, T value, @Nullable Throwable failure) {
    Runnable completion = () -> complete(ended, value, failure);
    try {
      executor.execute(completion);
    } catch (RejectedExecutionException e) {
      VIRTUAL.execute(completion);
    }
  }

  private void complete(Call<T> ended, T value, @Nullable Throwable failure) {
    if (failure == null) {
      complete(value);
    } else {
      completeExceptionally(Failures.of(ended, failure));
    }
  }

  private static void startFree(Runnable task) {
    Thread.startVirtualThread(() -> {
      ThreadMark previous = ThreadMark.free().enter();
      try {
        task.run();
      } finally {
        ThreadMark.leave(previous);
      }
    });
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
    return waiter != null && call != null && call.graph().await(waiter, call) ? waiter : null;
  }

  private void afterWaiting(@Nullable Slot waiter) {
    if (waiter != null && call != null) {
      call.graph().awaited(waiter);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled && call != null) {
      call.reply().cancel(false);
    }
    return cancelled;
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
    return new AsyncReply<>(operation, null);
  }

  @Override
  public Executor defaultExecutor() {
    return VIRTUAL;
  }
}

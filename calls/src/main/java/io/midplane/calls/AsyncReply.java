package io.midplane.calls;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What an asynchronous call returns: it completes on a virtual thread of its own, so that its
 * dependents may block and never hold up whoever answered.
 */
final class AsyncReply<T extends @Nullable Object> extends CompletableFuture<T> {
  private static final Executor VIRTUAL = AsyncReply::startFree;

  private final @Nullable Call<T> call;

  AsyncReply(@Nullable Call<T> call) {
    this.call = call;
  }

  /** Completes it as the call was, on a virtual thread. */
  void completeLater(Call<T> ended, @Nullable T value, @Nullable Throwable failure) {
    startFree(() -> {
      if (failure == null) {
        completeWith(value);
      } else {
        completeExceptionally(Failures.of(ended, failure));
      }
    });
  }

  @SuppressWarnings("NullAway") // a call may well be answered with null
  private void completeWith(@Nullable T value) {
    complete(value);
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
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled && call != null) {
      call.reply().cancel(false);
    }
    return cancelled;
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
    return new AsyncReply<>(null);
  }

  @Override
  public Executor defaultExecutor() {
    return VIRTUAL;
  }
}

package io.midplane.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a function makes of another stage's result, on the thread that completes that one.
 * Cancelling it cancels the other, which {@code thenApply} would leave running.
 */
final class Mapped<T extends @Nullable Object, R> extends CompletableFuture<R> {
  private final CompletableFuture<T> source;

  private Mapped(CompletableFuture<T> source) {
    this.source = source;
  }

  static <T extends @Nullable Object, R> CompletableFuture<R> of(
      CompletionStage<T> stage, Function<? super T, ? extends R> function) {
    var mapped = new Mapped<T, R>(stage.toCompletableFuture());
    var _ =
        stage.whenComplete((value, failure) -> {
          if (failure != null) {
            mapped.completeExceptionally(failure);
          } else {
            mapped.apply(function, value);
          }
        });
    return mapped;
  }

  private void apply(Function<? super T, ? extends R> function, T value) {
    try {
      complete(function.apply(value));
    } catch (RuntimeException e) {
      completeExceptionally(e);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    source.cancel(mayInterruptIfRunning);
    return cancelled;
  }
}

package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tries again while a module is unavailable: as soon as it is READY, and after a pause anyhow.
 *
 * @param times how often at most, after the first try
 * @param pause how long to wait before each
 */
record Retries(int times, Duration pause) {

  /** Blocks, if only in the pauses. */
  <T> T call(Supplier<T> attempt) {
    for (int left = times; ; left--) {
      try {
        return attempt.get();
      } catch (ModuleUnavailable unavailable) {
        if (left == 0) {
          throw unavailable;
        }
        await(unavailable);
      }
    }
  }

  private void await(ModuleUnavailable unavailable) {
    try {
      unavailable.awaitReady(pause);
    } catch (MidplaneException notReady) {
      if (notReady.code() != ErrorCode.TIMED_OUT) {
        throw unavailable;
      }
    }
  }

  /** The asynchronous twin; {@code attempt} never throws. */
  <T> CompletionStage<T> callAsync(Supplier<CompletionStage<T>> attempt) {
    return attempt
        .get()
        .exceptionallyCompose(failure -> {
          Throwable cause = unwrapped(failure);
          return times > 0 && cause instanceof ModuleUnavailable unavailable
              ? awaitAsync(unavailable)
                  .thenCompose(waited -> new Retries(times - 1, pause).callAsync(attempt))
              : CompletableFuture.failedFuture(cause);
        });
  }

  private CompletionStage<Boolean> awaitAsync(ModuleUnavailable unavailable) {
    return unavailable
        .whenReady()
        .handle((ready, gone) -> gone == null)
        .thenCompose(ready ->
            ready
                ? CompletableFuture.completedFuture(true)
                : CompletableFuture.<Boolean>failedFuture(unavailable))
        .toCompletableFuture()
        .completeOnTimeout(false, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}

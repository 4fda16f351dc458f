package io.midplane.calls;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The errors a call can end with, and their words. */
final class Failures {
  private Failures() {}

  static MidplaneException died(Callee dead, Call<?> call, Throwable reason) {
    return new MidplaneException(
        ErrorCode.CALLEE_DIED,
        "%s: died while %s was open (%s after the call): %s; call again once it is back"
            .formatted(dead.name(), call.operation(), text(call.age()), text(reason)),
        reason);
  }

  static MidplaneException down(Callee dead, Operation operation, Throwable reason) {
    return new MidplaneException(
        ErrorCode.CALLEE_DIED,
        "%s: is down, so %s was not sent: %s; call again once it is back"
            .formatted(dead.name(), operation, text(reason)),
        reason);
  }

  static MidplaneException timedOut(Call<?> call) {
    return new MidplaneException(
        ErrorCode.TIMED_OUT,
        ("%s: no answer from %s after %s (%s); it may still take effect: look before you repeat it,"
                + " or allow it more time")
            .formatted(call.operation(), call.callee(), text(call.age()), progress(call)));
  }

  static MidplaneException interrupted(Call<?> call) {
    return new MidplaneException(
        ErrorCode.CANCELLED,
        "%s: the thread was interrupted after waiting %s for %s; it may still take effect"
            .formatted(call.operation(), text(call.age()), call.callee()));
  }

  /** What the caller gets when the answer is this failure. */
  static MidplaneException of(Call<?> call, Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case MidplaneException known -> known;
      case TimeoutException e -> timedOut(call);
      case CancellationException e ->
          new MidplaneException(
              ErrorCode.CANCELLED,
              "%s: was cancelled after %s at %s"
                  .formatted(call.operation(), text(call.age()), call.callee()),
              e);
      default ->
          new MidplaneException(
              ErrorCode.INTERNAL,
              "%s: %s failed: %s".formatted(call.operation(), call.callee(), cause),
              cause);
    };
  }

  private static String progress(Call<?> call) {
    if (call.isReplied()) {
      return "its answer is under way";
    }
    return call.isTaken() ? "it is being served" : "it is still in the queue";
  }

  private static String text(Throwable reason) {
    return reason instanceof MidplaneException known
        ? String.valueOf(known.getMessage())
        : reason.toString();
  }

  /** A span as a person reads it: {@code 41 ms}, {@code 1.2 s}. */
  static String text(Duration span) {
    long millis = span.toMillis();
    return millis < 1000 ? millis + " ms" : "%.1f s".formatted(millis / 1000.0);
  }
}

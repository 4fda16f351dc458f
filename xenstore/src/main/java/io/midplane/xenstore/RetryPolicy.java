package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;

/**
 * How often a transaction that met a conflict is run again, and how long to wait before.
 *
 * <p>Each pause is drawn at random between zero and a bound that doubles from one attempt to the
 * next, so that clients in conflict do not meet again.
 *
 * @param attempts how often the body is run at most, from 1
 * @param firstPause the bound of the first pause
 * @param longestPause the bound of any pause
 * @param onRetry is told the number of the attempt that is about to begin, from 2, on the calling
 *     thread
 */
public record RetryPolicy(
    int attempts, Duration firstPause, Duration longestPause, IntConsumer onRetry) {

  /** Checks the ranges. */
  public RetryPolicy {
    if (attempts < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "attempts: " + attempts + " (expected: 1 or more)");
    }
    if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "firstPause: " + firstPause + " (expected: zero to longestPause, " + longestPause + ")");
    }
  }

  /** Fifty attempts, pauses from 1 ms to 100 ms. */
  public static RetryPolicy defaults() {
    return new RetryPolicy(50, Duration.ofMillis(1), Duration.ofMillis(100), attempt -> {});
  }

  /** With another bound for the attempts. */
  public RetryPolicy attempts(int most) {
    return new RetryPolicy(most, firstPause, longestPause, onRetry);
  }

  /** Telling somebody of each new attempt. */
  public RetryPolicy onRetry(IntConsumer listener) {
    return new RetryPolicy(attempts, firstPause, longestPause, listener);
  }

  /** The pause after an attempt that failed, in nanoseconds. */
  long pauseNanos(int failedAttempt) {
    long factor = 1L << Math.min(failedAttempt - 1, 20);
    long bound = Math.min(firstPause.toNanos() * factor, longestPause.toNanos());
    return bound == 0 ? 0 : ThreadLocalRandom.current().nextLong(bound);
  }
}

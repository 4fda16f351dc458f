package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a lost connection is made anew.
 *
 * @param attempts how often it is tried before everything ends, from 1
 * @param pause the pause after the first attempt that failed; it doubles from one to the next
 * @param longestPause no pause is longer
 */
public record ReconnectPolicy(int attempts, Duration pause, Duration longestPause) {

  /** Checks the ranges. */
  public ReconnectPolicy {
    if (attempts < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "attempts: " + attempts + " (expected: 1 or more)");
    }
    if (pause.isNegative() || longestPause.compareTo(pause) < 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "pause: " + pause + " (expected: zero to the longest pause, " + longestPause + ")");
    }
  }

  /** A hundred attempts, 10 ms after the first, at most 2 s apart: about three minutes. */
  public static ReconnectPolicy defaults() {
    return new ReconnectPolicy(100, Duration.ofMillis(10), Duration.ofSeconds(2));
  }

  /** Waits before the next attempt, or until that is counted down. Blocks: yes. */
  void pause(int attempt, CountDownLatch end) {
    long factor = 1L << Math.min(attempt - 1, 20);
    long nanos = Math.min(pause.toNanos() * factor, longestPause.toNanos());
    try {
      var unused = end.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

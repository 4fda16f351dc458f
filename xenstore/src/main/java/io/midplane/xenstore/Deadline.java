package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import java.time.Duration;

/**
 * When a wait ends.
 *
 * @param at nanoseconds on {@link System#nanoTime}'s clock
 * @param limit how long it was when it began, for messages
 */
record Deadline(long at, Duration limit) {

  static Deadline in(Duration limit) {
    return new Deadline(System.nanoTime() + limit.toNanos(), limit);
  }

  long left() {
    return at - System.nanoTime();
  }

  /** The end of a request that took longer. */
  Ending passed(Object server) {
    return new Ending(
        ErrorCode.TIMED_OUT,
        "no answer from " + server + " within " + limit + "; it may still take effect",
        null);
  }
}

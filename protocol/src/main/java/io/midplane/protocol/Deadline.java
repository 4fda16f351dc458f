package io.midplane.protocol;

import java.time.Duration;

/**
 * When a wait ends.
 *
 * @param at on the connection's clock; {@code Long.MAX_VALUE} for never
 * @param limit how long it was when it began, for messages
 */
record Deadline(long at, Duration limit) {
  static final Deadline NEVER = new Deadline(Long.MAX_VALUE, Duration.ZERO);

  static Deadline in(Duration limit, long now) {
    return new Deadline(now + limit.toNanos(), limit);
  }

  long left(long now) {
    return at == Long.MAX_VALUE ? Long.MAX_VALUE : at - now;
  }
}

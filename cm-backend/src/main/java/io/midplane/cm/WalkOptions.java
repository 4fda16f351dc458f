package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk begins and how far it goes. Immutable; each method answers a changed copy.
 *
 * @param after the walk begins behind the row with this key, which need not exist; null for the
 *     first row
 * @param max the most rows; 0 for all
 */
public record WalkOptions(@Nullable Key after, long max) {

  /** Checks the values. */
  public WalkOptions {
    if (max < 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "max: " + max + " (expected: at least 0)");
    }
  }

  /** Every row from the first. */
  public static WalkOptions all() {
    return new WalkOptions(null, 0);
  }

  /** Begins behind the row with this key; the values in the order of the table's key columns. */
  public WalkOptions after(Object... key) {
    return after(Key.of(key));
  }

  /** Begins behind the row with this key. */
  public WalkOptions after(Key key) {
    return new WalkOptions(key, max);
  }

  /** Ends after so many rows; 0 for no end. */
  public WalkOptions max(long rows) {
    return new WalkOptions(after, rows);
  }
}

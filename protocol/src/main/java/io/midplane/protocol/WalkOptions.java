package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk begins and how far it goes. Immutable; each method that changes something returns
 * another object.
 *
 * {@snippet :
 * node.configuration().walk("vlan", WalkOptions.all().after("blue").max(10));
 * }
 */
public final class WalkOptions {
  private static final WalkOptions ALL = new WalkOptions(null, 0);

  private final @Nullable RowKey after;
  private final long max;

  private WalkOptions(@Nullable RowKey after, long max) {
    this.after = after;
    this.max = max;
  }

  /** Every row from the first. */
  public static WalkOptions all() {
    return ALL;
  }

  /**
   * Begins behind the row with this key, which need not exist; the values in the order of the
   * table's key columns.
   */
  public WalkOptions after(@Nullable Object... key) {
    return new WalkOptions(RowKey.of(key), max);
  }

  /** Begins behind the row with this key, which need not exist; the key columns by name. */
  public WalkOptions after(Row key) {
    return new WalkOptions(RowKey.of(key), max);
  }

  /**
   * Ends after so many rows; 0 for no end.
   *
   * @throws MidplaneException INVALID_ARGUMENT if negative
   */
  public WalkOptions max(long rows) {
    if (rows < 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "max: " + rows + " (expected: at least 0)");
    }
    return new WalkOptions(after, rows);
  }

  @Nullable RowKey after() {
    return after;
  }

  /** The most rows; 0 for no end. */
  long max() {
    return max;
  }
}

package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * How {@link Values#dumps} writes.
 *
 * @param version the first byte: 2 for execnet 2, 1 for execnet 1; each refuses the other's, and
 *     there is no other difference
 * @param limits how large it may become
 */
public record DumpSettings(int version, Limits limits) {
  private static final DumpSettings DEFAULTS =
      new DumpSettings(Values.VERSION_2, Limits.defaults());

  /** The version is one that exists. */
  public DumpSettings {
    if (version != Values.VERSION_1 && version != Values.VERSION_2) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "version: " + version + " (expected: 1 or 2)");
    }
  }

  /** Version 2 and {@link Limits#defaults()}. */
  public static DumpSettings defaults() {
    return DEFAULTS;
  }

  /** The same with another version. */
  public DumpSettings withVersion(int other) {
    return new DumpSettings(other, limits);
  }

  /** The same with other limits. */
  public DumpSettings withLimits(Limits other) {
    return new DumpSettings(version, other);
  }
}

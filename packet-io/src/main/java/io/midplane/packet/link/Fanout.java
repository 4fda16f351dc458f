package io.midplane.packet.link;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * Shares the frames of an interface among the captures of a group, each frame to one of them.
 * Immutable.
 *
 * @param group number of the group in its network namespace, 0 to 65535
 * @param policy which capture gets a frame
 */
public record Fanout(int group, Policy policy) {

  /** Which capture of the group gets a frame. */
  public enum Policy {
    /** By a hash of the flow. */
    HASH,
    /** Each in turn. */
    LOAD_BALANCE,
    /** By the CPU that received it. */
    CPU,
    /** The first until it has no room. */
    ROLLOVER,
    /** At random. */
    RANDOM
  }

  /** Checks the range. */
  public Fanout {
    if (group < 0 || group > 0xffff) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "fanout group: " + group + " (expected: 0 to 65535)");
    }
  }

  /** Each in turn. */
  public static Fanout loadBalance(int group) {
    return new Fanout(group, Policy.LOAD_BALANCE);
  }
}

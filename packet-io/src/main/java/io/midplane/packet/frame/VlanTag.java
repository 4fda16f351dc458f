package io.midplane.packet.frame;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * The outer tag of a frame. Immutable.
 *
 * <p>Id 0 with a priority is a tag like any other: a frame is tagged if it has a {@code VlanTag},
 * not if the id is other than 0.
 *
 * @param tpid ethertype of the tag, such as {@link #DOT1Q}; 16 bits
 * @param tci priority, drop eligibility and id; 16 bits
 */
public record VlanTag(int tpid, int tci) {
  /** Ethertype of a customer tag (802.1Q). */
  public static final int DOT1Q = 0x8100;

  /** Ethertype of a service tag (802.1ad). */
  public static final int DOT1AD = 0x88a8;

  /** Bytes of a tag in a frame. */
  public static final int LENGTH = 4;

  /** Where a tag stands in a frame: behind both addresses. */
  public static final int OFFSET = 2 * MacAddress.LENGTH;

  /** Checks the ranges. */
  public VlanTag {
    check("tpid", tpid, 0xffff);
    check("tci", tci, 0xffff);
  }

  /** A tag of that kind with an id, 0 to 4095, and a priority, 0 to 7. */
  public static VlanTag of(int tpid, int id, int priority) {
    check("VLAN id", id, 0xfff);
    check("VLAN priority", priority, 7);
    return new VlanTag(tpid, priority << 13 | id);
  }

  private static void check(String what, int value, int most) {
    if (value < 0 || value > most) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, what + ": " + value + " (expected: 0 to " + most + ")");
    }
  }

  /** The id, 0 to 4095; 0 if the tag only carries a priority. */
  public int id() {
    return tci & 0xfff;
  }

  /** The priority, 0 to 7. */
  public int priority() {
    return tci >>> 13;
  }

  /** Whether the frame may be dropped first (DEI). */
  public boolean dropEligible() {
    return (tci & 0x1000) != 0;
  }

  /** As {@code 0x8100/10/p5}: kind, id, priority. */
  @Override
  public String toString() {
    return "0x" + Integer.toHexString(tpid) + "/" + id() + "/p" + priority();
  }
}

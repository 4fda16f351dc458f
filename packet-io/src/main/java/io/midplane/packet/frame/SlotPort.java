package io.midplane.packet.frame;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * A port of a switch as its users number it: the slot in a stack or chassis, and the port in that
 * slot. Immutable.
 *
 * @param slot from 1 on; 1 on a switch without slots
 * @param port from 1 on
 */
public record SlotPort(int slot, int port) implements Comparable<SlotPort> {

  /** Checks that both count from 1. */
  public SlotPort {
    if (slot < 1 || port < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "slot and port: " + slot + ":" + port + " (expected: each at least 1)");
    }
  }

  @Override
  public int compareTo(SlotPort other) {
    int bySlot = Integer.compare(slot, other.slot);
    return bySlot != 0 ? bySlot : Integer.compare(port, other.port);
  }

  /** As {@code 1:24}. */
  @Override
  public String toString() {
    return slot + ":" + port;
  }
}

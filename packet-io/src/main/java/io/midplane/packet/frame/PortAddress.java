package io.midplane.packet.frame;

import org.jspecify.annotations.Nullable;

/**
 * Where a frame came in, or is to go out. Immutable.
 *
 * @param interfaceName name of the interface now; empty if the interface is gone or unknown
 * @param ifindex its number, which a renaming does not change
 * @param slotPort the port of the switch that the interface stands for; null if nobody said
 */
public record PortAddress(String interfaceName, int ifindex, @Nullable SlotPort slotPort) {

  /** As {@code eth0(2)}, or {@code eth0(2, 1:24)}. */
  @Override
  public String toString() {
    return interfaceName + "(" + ifindex + (slotPort == null ? "" : ", " + slotPort) + ")";
  }
}

package io.midplane.packet.linux;

import io.midplane.packet.frame.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * An interface as the kernel describes it at a moment. Immutable.
 *
 * @param ifindex its number
 * @param name its name at that moment
 * @param mtu the most bytes behind the header of a frame
 * @param flags the kernel's {@code IFF_…} bits
 * @param address its hardware address; null if it has none of six bytes
 */
public record InterfaceInfo(
    int ifindex, String name, int mtu, int flags, @Nullable MacAddress address) {
  private static final int UP = 1;
  private static final int LOOPBACK = 8;
  private static final int RUNNING = 0x40;
  private static final int PROMISCUOUS = 0x100;

  /** Whether it was switched on. */
  public boolean isUp() {
    return (flags & UP) != 0;
  }

  /** Whether it is on and carries frames. */
  public boolean carriesFrames() {
    return isUp() && (flags & RUNNING) != 0;
  }

  /** Whether it leads back to this machine. */
  public boolean isLoopback() {
    return (flags & LOOPBACK) != 0;
  }

  /** Whether somebody asked for it in so many words to receive frames for others. */
  public boolean isPromiscuous() {
    return (flags & PROMISCUOUS) != 0;
  }
}

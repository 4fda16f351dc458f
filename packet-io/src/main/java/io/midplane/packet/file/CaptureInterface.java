package io.midplane.packet.file;

import io.midplane.packet.frame.MacAddress;
import java.util.Optional;

/**
 * An interface as a capture file describes it. Immutable.
 *
 * @param name as {@code eth0}; empty if the file does not say
 * @param address its hardware address, if the file says
 * @param linkType the kind of its frames; {@link #ETHERNET} for all that can be read
 * @param snapLength the most bytes of a frame that were kept
 */
public record CaptureInterface(
    String name, Optional<MacAddress> address, int linkType, int snapLength) {

  /** The link type of Ethernet. */
  public static final int ETHERNET = 1;

  /** An Ethernet interface of which all is kept. */
  public static CaptureInterface of(String name) {
    return new CaptureInterface(
        name, Optional.empty(), ETHERNET, CaptureReader.MAX_CAPTURED_LENGTH);
  }

  /** The same with an address. */
  public CaptureInterface withAddress(MacAddress hardwareAddress) {
    return new CaptureInterface(name, Optional.of(hardwareAddress), linkType, snapLength);
  }
}

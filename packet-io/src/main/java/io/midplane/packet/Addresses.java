package io.midplane.packet;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.frame.PortAddress;
import io.midplane.packet.frame.SlotPort;
import io.midplane.packet.link.Link;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Translates between ports of the switch and interfaces. Immutable. */
final class Addresses {
  private final Link link;
  private final Map<SlotPort, String> slotPorts;
  private final Map<String, SlotPort> byName = new HashMap<>();
  private final int only;

  Addresses(Link link, Map<SlotPort, String> slotPorts) {
    this.link = link;
    this.slotPorts = slotPorts;
    this.only = link.address().ifindex();
    slotPorts.forEach((slotPort, name) -> byName.put(name, slotPort));
  }

  /** The interface of a port that has one; 0 for all. */
  int only() {
    return only;
  }

  PortAddress of(PortAddress address) {
    SlotPort slotPort = byName.get(address.interfaceName());
    return slotPort == null
        ? address
        : new PortAddress(address.interfaceName(), address.ifindex(), slotPort);
  }

  /** All of them, each once, or none. */
  List<PortAddress> ofAll(List<SlotPort> ports) {
    return new LinkedHashSet<>(ports).stream().map(this::target).toList();
  }

  private PortAddress target(SlotPort slotPort) {
    String name = slotPorts.get(slotPort);
    if (name == null) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND,
          "port " + slotPort + " is unknown (known: " + slotPorts.keySet() + "); nothing was sent");
    }
    return link.find(name)
        .orElseThrow(() ->
            new MidplaneException(
                ErrorCode.NOT_FOUND,
                "port "
                    + slotPort
                    + ": its interface "
                    + name
                    + " is not of "
                    + link.address()
                    + "; nothing was sent"));
  }
}

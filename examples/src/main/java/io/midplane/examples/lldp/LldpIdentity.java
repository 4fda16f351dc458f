package io.midplane.examples.lldp;

import io.midplane.packet.codec.Lldp;
import io.midplane.packet.codec.LldpTlv;
import io.midplane.packet.codec.LldpTlv.ChassisId;
import io.midplane.packet.codec.LldpTlv.PortId;
import io.midplane.packet.codec.LldpTlv.SystemCapabilities;
import io.midplane.packet.codec.LldpTlv.SystemDescription;
import io.midplane.packet.codec.LldpTlv.SystemName;
import io.midplane.packet.codec.LldpTlv.Ttl;
import io.midplane.packet.codec.Octets;
import java.util.List;

/**
 * What the agent says of itself, on all ports.
 *
 * @param chassis its id; a local name
 * @param systemName what it is called
 * @param description what it is, in words
 */
public record LldpIdentity(String chassis, String systemName, String description) {

  /** That of a system of this name. */
  public static LldpIdentity of(String systemName) {
    return new LldpIdentity(systemName, systemName, "Midplane LLDP agent");
  }

  // snippet: message
  /** What is said on a port; 0 seconds take everything back. */
  Lldp message(String port, int seconds) {
    return new Lldp(
        new ChassisId(LldpTlv.LOCAL, Octets.ofText(chassis)),
        PortId.of(port),
        new Ttl(Math.min(seconds, 0xffff)),
        List.of(
            SystemName.of(systemName),
            SystemDescription.of(description),
            new SystemCapabilities(SystemCapabilities.STATION, SystemCapabilities.STATION)));
  }
  // end
}

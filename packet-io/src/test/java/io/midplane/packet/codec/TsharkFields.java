package io.midplane.packet.codec;

import io.midplane.packet.codec.LldpTlv.ManagementAddress;
import io.midplane.packet.codec.LldpTlv.MaxFrameSize;
import io.midplane.packet.codec.LldpTlv.PortVlan;
import io.midplane.packet.codec.LldpTlv.SystemCapabilities;
import io.midplane.packet.codec.LldpTlv.SystemName;
import io.midplane.packet.codec.LldpTlv.VlanName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What tshark calls the fields of our records; numbers are compared as numbers, the rest as text.
 */
final class TsharkFields {
  /** A field's value in the layers of a frame; null where it does not occur. */
  static final Map<String, Function<List<Layer>, Object>> ALL = new LinkedHashMap<>();

  private TsharkFields() {}

  private static <T extends Layer> void add(
      String field, Class<T> kind, Function<T, Object> value) {
    ALL.put(field, layers -> Packets.find(layers, kind).map(value).orElse(null));
  }

  /** 1 is right, 0 is wrong. */
  private static <T extends Layer> void status(
      String field, Class<T> kind, BiFunction<T, PseudoHeader, Boolean> isRight) {
    ALL.put(
        field,
        layers -> {
          int at = 0;
          while (at < layers.size() && !kind.isInstance(layers.get(at))) {
            at++;
          }
          if (at == layers.size()) {
            return null;
          }
          T layer = kind.cast(layers.get(at));
          if (layer instanceof Udp udp && udp.checksum() == 0) {
            return 3L;
          }
          PseudoHeader header = pseudoHeader(layers.get(at - 1));
          boolean isPart =
              layers.get(at - 1) instanceof Ipv6 ip
                  && ip.extensions().stream().anyMatch(extension -> extension.kind() == 44);
          return isPart ? (Object) 2L : isRight.apply(layer, header) ? 1L : 0L;
        });
  }

  private static PseudoHeader pseudoHeader(Layer below) {
    return switch (below) {
      case Ipv4 ip -> ip.pseudoHeader();
      case Ipv6 ip -> ip.pseudoHeader();
      default -> new PseudoHeader(0, 0);
    };
  }

  private static Object nd(Icmpv6 message) {
    return NeighborDiscovery.decode(message)
        .map(nd ->
            nd instanceof NeighborDiscovery.NeighborSolicitation ns ? ns.target().toString() : null)
        .orElse(null);
  }

  private static <T extends LldpTlv> void tlv(
      String field, Class<T> kind, Function<T, Object> value) {
    add(field, Lldp.class, lldp -> lldp.first(kind).map(value).orElse(null));
  }

  private static void stp(String field, Function<Stp.Configuration, Object> value) {
    add(
        field,
        Stp.class,
        stp ->
            switch (stp) {
              case Stp.Configuration configuration -> value.apply(configuration);
              case Stp.Multiple multiple -> value.apply(multiple.common());
              case Stp.TopologyChange _ -> null;
            });
  }

  private static void mstp(String field, Function<Stp.Multiple, Object> value) {
    add(
        field,
        Stp.class,
        stp -> stp instanceof Stp.Multiple multiple ? value.apply(multiple) : null);
  }

  static {
    add("eth.dst", Ethernet.class, one -> one.destination().toString());
    add("eth.src", Ethernet.class, one -> one.source().toString());
    ALL.put(
        "ip.src",
        layers -> Packets.find(layers, Ipv4.class).map(ip -> ip.source().toString()).orElse(null));
    add("ip.dst", Ipv4.class, one -> one.destination().toString());
    add("ip.ttl", Ipv4.class, one -> (long) one.ttl());
    add("ip.proto", Ipv4.class, one -> (long) one.protocol());
    add("ip.id", Ipv4.class, one -> (long) one.id());
    add("ip.frag_offset", Ipv4.class, one -> (one.fragment() & 0x1fffL));
    add("ip.checksum", Ipv4.class, one -> (long) one.checksum());
    add("ip.checksum.status", Ipv4.class, one -> one.isChecksumValid() ? 1L : 0L);
    add("ipv6.src", Ipv6.class, one -> one.source().toString());
    add("ipv6.dst", Ipv6.class, one -> one.destination().toString());
    add("ipv6.hlim", Ipv6.class, one -> (long) one.hopLimit());
    add("ipv6.flow", Ipv6.class, one -> (long) one.flowLabel());
    add("ipv6.tclass", Ipv6.class, one -> (long) one.trafficClass());
    add("ipv6.nxt", Ipv6.class, one -> (long) one.nextHeader());
    add("tcp.srcport", Tcp.class, one -> (long) one.sourcePort());
    add("tcp.dstport", Tcp.class, one -> (long) one.destinationPort());
    add("tcp.seq_raw", Tcp.class, Tcp::sequence);
    add("tcp.ack_raw", Tcp.class, Tcp::acknowledgement);
    add("tcp.flags", Tcp.class, one -> (long) one.flags());
    add("tcp.window_size_value", Tcp.class, one -> (long) one.window());
    add("tcp.len", Tcp.class, one -> (long) one.payload().length());
    status("tcp.checksum.status", Tcp.class, Tcp::isChecksumValid);
    add("udp.srcport", Udp.class, one -> (long) one.sourcePort());
    add("udp.length", Udp.class, one -> 8L + one.payload().length());
    status("udp.checksum.status", Udp.class, Udp::isChecksumValid);
    add("icmp.type", Icmp.class, one -> (long) one.type());
    add("icmp.code", Icmp.class, one -> (long) one.code());
    add("icmp.checksum.status", Icmp.class, one -> one.isChecksumValid() ? 1L : 0L);
    add("icmp.ident", Icmp.class, one -> one.type() == Icmp.ECHO ? one.parameter() >>> 16 : null);
    add("icmpv6.type", Icmpv6.class, one -> (long) one.type());
    status("icmpv6.checksum.status", Icmpv6.class, Icmpv6::isChecksumValid);
    add("icmpv6.nd.ns.target_address", Icmpv6.class, TsharkFields::nd);
    add("igmp.type", Igmp.class, one -> (long) one.type());
    add("igmp.checksum.status", Igmp.class, one -> one.isChecksumValid() ? 1L : 0L);
    add("igmp.maddr", Igmp.class, TsharkFields::group);
    add("arp.opcode", Arp.class, one -> (long) one.operation());
    add("arp.src.proto_ipv4", Arp.class, one -> one.sender().toString());
    add("arp.dst.hw_mac", Arp.class, one -> one.targetMac().toString());
    add("dhcp.id", Dhcp.class, Dhcp::transaction);
    add("dhcp.option.dhcp", Dhcp.class, TsharkFields::kind);
    add("dhcp.hw.mac_addr", Dhcp.class, one -> Ethernet.mac(one.clientHardware(), 0).toString());
    add("lldp.chassis.id.mac", Lldp.class, one -> one.chassis().text());
    add("lldp.port.id", Lldp.class, one -> one.port().text());
    add("lldp.time_to_live", Lldp.class, one -> (long) one.ttl().seconds());
    tlv("lldp.tlv.system.name", SystemName.class, one -> one.value().text());
    tlv("lldp.tlv.system_cap", SystemCapabilities.class, one -> (long) one.supported());
    tlv("lldp.tlv.enable_system_cap", SystemCapabilities.class, one -> (long) one.enabled());
    tlv("lldp.mgn.addr.ip4", ManagementAddress.class, ManagementAddress::text);
    tlv("lldp.ieee.802_1.port_vlan.id", PortVlan.class, one -> (long) one.id());
    tlv("lldp.ieee.802_1.vlan.name", VlanName.class, one -> one.name().text());
    tlv("lldp.ieee.802_3.max_frame_size", MaxFrameSize.class, one -> (long) one.bytes());
    stp("stp.flags", one -> (long) one.flags());
    stp("stp.root.hw", one -> one.root().address().toString());
    stp("stp.root.cost", Stp.Configuration::cost);
    stp("stp.bridge.hw", one -> one.bridge().address().toString());
    stp("stp.port", one -> (long) one.port());
    mstp("mstp.config_name", one -> one.region().name().text().replace("\0", ""));
    mstp("mstp.config_revision_level", one -> (long) one.region().revision());
    mstp("mstp.cist_internal_root_path_cost", Stp.Multiple::internalCost);
    mstp("mstp.cist_remaining_hops", one -> (long) one.remainingHops());
    mstp("mstp.msti.root.hw", one -> one.instances().getFirst().root().address().toString());
    mstp("mstp.msti.root_cost", one -> one.instances().getFirst().cost());
    add("lacp.actor.sysid", Lacp.class, one -> one.actor().system().toString());
    add("lacp.actor.port", Lacp.class, one -> (long) one.actor().port());
    add("lacp.actor.state", Lacp.class, one -> (long) one.actor().state());
    add("lacp.partner.key", Lacp.class, one -> (long) one.partner().key());
    add("cdp.ttl", Cdp.class, one -> (long) one.ttl());
    add("cdp.checksum.status", Cdp.class, one -> one.isChecksumValid() ? 1L : 0L);
    add("cdp.deviceid", Cdp.class, one -> one.tlvs().getFirst().value().text());
    add("edp.seqno", Edp.class, one -> (long) one.sequence());
    add("edp.midmac", Edp.class, one -> one.machine().toString());
    add("edp.checksum.status", Edp.class, one -> one.isChecksumValid() ? 1L : 0L);
  }

  private static Object group(Igmp message) {
    if (message.type() != Igmp.REPORT_V3) {
      return message.group().toString();
    }
    return message.records().getFirst().group().toString();
  }

  private static Object kind(Dhcp message) {
    Optional<Octets> kind = message.option(Dhcp.MESSAGE_TYPE);
    return kind.map(value -> (Object) (long) value.uint8(0)).orElse(null);
  }
}

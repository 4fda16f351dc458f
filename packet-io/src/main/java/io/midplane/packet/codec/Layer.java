package io.midplane.packet.codec;

/** One protocol's part of a frame. Immutable. */
public sealed interface Layer
    permits Ethernet,
        Llc,
        Snap,
        Arp,
        Ipv4,
        Ipv6,
        Icmp,
        Icmpv6,
        Udp,
        Tcp,
        Igmp,
        Dhcp,
        Lldp,
        Stp,
        Lacp,
        Cdp,
        Edp {

  /** The bytes: the header and what it carries. */
  byte[] encode();

  /** What it carries; empty for a protocol that carries nothing further. */
  default Octets payload() {
    return Octets.EMPTY;
  }
}

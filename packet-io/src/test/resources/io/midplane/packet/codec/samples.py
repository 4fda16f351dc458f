"""Writes frames of many protocols into a capture file and prints the layers of each."""
import sys

from scapy.all import (
    ARP, BOOTP, DHCP, Dot1AD, Dot1Q, Dot3, Ether, GRE, ICMP, ICMPv6EchoRequest, ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptPrefixInfo, ICMPv6NDOptSrcLLAddr, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6ND_RS,
    ICMPv6ND_Redirect, IP, IPOption_Timestamp, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting, LLC, PadN, Raw, SNAP, STP, TCP, UDP, wrpcap)
from scapy.contrib import cdp, igmp, igmpv3, lacp, lldp

A, B = "02:00:00:00:00:01", "02:00:00:00:00:02"
eth = Ether(src=A, dst=B)
ip = IP(src="192.0.2.1", dst="198.51.100.7", id=4711, ttl=33)
ip6 = IPv6(src="2001:db8::1", dst="2001:db8:0:1::2", fl=0x12345, tc=0x20, hlim=17)


def snap(oui, code, payload, dst):
    return Dot3(src=A, dst=dst) / LLC(dsap=0xaa, ssap=0xaa, ctrl=3) / SNAP(OUI=oui, code=code) / payload


def lldp_frame(*more):
    frame = Ether(src=A, dst="01:80:c2:00:00:0e") / lldp.LLDPDUChassisID(subtype=4, id=A)
    frame = frame / lldp.LLDPDUPortID(subtype=5, id="swp1") / lldp.LLDPDUTimeToLive(ttl=120)
    for tlv in more:
        frame = frame / tlv
    ends_itself = more and isinstance(more[-1], Raw)
    return frame if ends_itself else frame / lldp.LLDPDUEndOfLLDPDU()


def cdp_frame(name):
    return snap(0x00000c, 0x2000, cdp.CDPv2_HDR(vers=2, ttl=180, msg=[
        cdp.CDPMsgDeviceID(val=name), cdp.CDPMsgPortID(iface="Eth1"),
        cdp.CDPMsgGeneric(type=6, val=b"platform")]), "01:00:0c:cc:cc:cc")


samples = [
    ("Ethernet Arp", eth / ARP(op=1, hwsrc=A, psrc="192.0.2.1", pdst="192.0.2.9") / Raw(b"\0" * 18)),
    ("Ethernet Arp", eth / ARP(op=2, hwsrc=A, psrc="192.0.2.1", hwdst=B, pdst="192.0.2.9")),
    ("Ethernet Ipv4 Tcp", eth / ip / TCP(sport=1234, dport=80, seq=4000000000, ack=7, flags="SA", window=999,
                                         options=[("MSS", 1460), ("NOP", None), ("WScale", 7)])),
    ("Ethernet Ipv4 Tcp", eth / ip / TCP(sport=1234, dport=80, flags="PA") / b"odd"),
    ("Ethernet Ipv4 Tcp", eth / ip / TCP(sport=1, dport=2, chksum=0x1234) / b"wrong checksum"),
    ("Ethernet Ipv4 Udp", eth / Dot1Q(vlan=10, prio=5) / ip / UDP(sport=53, dport=5353) / b"x"),
    ("Ethernet Ipv4 Udp", eth / Dot1AD(vlan=20) / Dot1Q(vlan=10) / ip / UDP(sport=5, dport=6, chksum=0) / b"yz"),
    ("Ethernet Ipv4 Udp", eth / IP(src="10.0.0.1", dst="10.0.0.2", chksum=1) / UDP(sport=5, dport=6, chksum=9)),
    ("Ethernet Ipv4 Udp", eth / IP(src="10.0.0.1", dst="10.0.0.2", options=[IPOption_Timestamp()]) /
        UDP(sport=5, dport=6) / b"padded" / Raw(b"")),
    ("Ethernet Ipv4", eth / IP(src="10.0.0.1", dst="10.0.0.2", frag=100, proto=17) / b"later part"),
    ("Ethernet Ipv4 Icmp", eth / ip / ICMP(type=8, id=77, seq=3) / b"ping"),
    ("Ethernet Ipv4 Icmp", eth / ip / ICMP(type=3, code=1, chksum=5) / b"unreachable"),
    ("Ethernet Ipv4 Igmp", eth / IP(dst="224.0.0.1", ttl=1, src="10.0.0.1") / igmp.IGMP(type=0x11, mrcode=100)),
    ("Ethernet Ipv4 Igmp", eth / IP(dst="239.1.2.3", ttl=1, src="10.0.0.1") / igmp.IGMP(type=0x16, gaddr="239.1.2.3")),
    ("Ethernet Ipv4 Igmp", eth / IP(dst="224.0.0.22", ttl=1, src="10.0.0.1") / igmpv3.IGMPv3(type=0x22) /
        igmpv3.IGMPv3mr(numgrp=2, records=[
            igmpv3.IGMPv3gr(rtype=4, maddr="239.1.1.1"),
            igmpv3.IGMPv3gr(rtype=1, maddr="239.1.1.2", numsrc=2, srcaddrs=["10.0.0.5", "10.0.0.6"])])),
    ("Ethernet Ipv4 Udp Dhcp", Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / IP(src="0.0.0.0", dst="255.255.255.255") /
        UDP(sport=68, dport=67) / BOOTP(chaddr=bytes.fromhex("020000000001"), xid=0xdeadbeef, flags=0x8000) /
        DHCP(options=[("message-type", "discover"), ("hostname", "midplane"), "pad", ("requested_addr", "192.0.2.9"),
                      "end"]) / Raw(b"\0" * 20)),
    ("Ethernet Ipv4 Ipv4 Udp", eth / ip / IP(src="10.1.1.1", dst="10.2.2.2") / UDP(sport=5, dport=6) / b"inside"),
    ("Ethernet Ipv4", eth / ip / GRE() / b"unknown here"),
    ("Ethernet Ipv6 Tcp", eth / ip6 / TCP(sport=1234, dport=80, flags="F") / b"six"),
    ("Ethernet Ipv6 Udp", eth / ip6 / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)]) /
        IPv6ExtHdrDestOpt() / UDP(sport=9, dport=10) / b"far"),
    ("Ethernet Ipv6", eth / ip6 / IPv6ExtHdrFragment(offset=8, nh=17, id=5) / b"later part"),
    ("Ethernet Ipv6 Udp", eth / ip6 / IPv6ExtHdrFragment(offset=0, m=1, nh=17, id=5) /
        UDP(sport=9, dport=10, chksum=7) / b"first part"),
    ("Ethernet Ipv6 Icmpv6", eth / ip6 / ICMPv6EchoRequest(id=1, seq=2, data=b"ping6")),
    ("Ethernet Ipv6 Icmpv6", eth / ip6 / ICMPv6ND_RS() / ICMPv6NDOptSrcLLAddr(lladdr=A)),
    ("Ethernet Ipv6 Icmpv6", eth / ip6 / ICMPv6ND_RA(chlim=64, M=1, routerlifetime=1800, reachabletime=5) /
        ICMPv6NDOptSrcLLAddr(lladdr=A) / ICMPv6NDOptPrefixInfo(prefix="2001:db8::", prefixlen=64)),
    ("Ethernet Ipv6 Icmpv6", eth / ip6 / ICMPv6ND_NS(tgt="2001:db8::5") / ICMPv6NDOptSrcLLAddr(lladdr=A)),
    ("Ethernet Ipv6 Icmpv6", eth / ip6 / ICMPv6ND_NA(tgt="2001:db8::5", R=1, S=1, O=0) / ICMPv6NDOptDstLLAddr(lladdr=B)),
    ("Ethernet Ipv6 Icmpv6", eth / ip6 / ICMPv6ND_Redirect(tgt="fe80::1", dst="2001:db8::9")),
    ("Ethernet Lldp", lldp_frame()),
    ("Ethernet Lldp", lldp_frame(
        lldp.LLDPDUPortDescription(description="uplink"), lldp.LLDPDUSystemName(system_name="sw1"),
        lldp.LLDPDUSystemDescription(description="Midplane"),
        lldp.LLDPDUSystemCapabilities(mac_bridge_available=1, router_available=1, mac_bridge_enabled=1),
        lldp.LLDPDUManagementAddress(management_address_subtype=1, management_address=bytes([192, 0, 2, 1]),
                                     interface_numbering_subtype=2, interface_number=7),
        Raw(bytes.fromhex(
            "fe060080c201000a" "fe0b0080c203000a04626c7565" "fe090080c2070300000005" "fe0900120f01036c000010"
            "fe0700120f02070101" "fe0600120f0405f2" "fe060012bb01002f" "fe070080c202030014" "0000")))),
    ("Ethernet Llc Stp", Dot3(src=A, dst="01:80:c2:00:00:00") / LLC(dsap=0x42, ssap=0x42, ctrl=3) /
        STP(rootid=0x1000, rootmac=A, pathcost=20000, bridgeid=0x8000, bridgemac=B, portid=0x8001, age=1)),
    ("Ethernet Llc Stp", Dot3(src=A, dst="01:80:c2:00:00:00") / LLC(dsap=0x42, ssap=0x42, ctrl=3) /
        Raw(bytes.fromhex("00000080")) / Raw(b"\0" * 39)),
    ("Ethernet Llc Stp", Dot3(src=A, dst="01:80:c2:00:00:00") / LLC(dsap=0x42, ssap=0x42, ctrl=3) /
        STP(version=2, bpdutype=2, bpduflags=0x3c, rootmac=A, pathcost=4, bridgemac=B, portid=0x8002) / Raw(b"\0")),
    ("Ethernet Llc Stp", Dot3(src=A, dst="01:80:c2:00:00:00") / LLC(dsap=0x42, ssap=0x42, ctrl=3) /
        STP(version=3, bpdutype=2, bpduflags=0x7c, rootmac=A, pathcost=0, bridgemac=B, portid=0x8003) /
        Raw(b"\0" + (64 + 32).to_bytes(2, "big") + b"\0" + b"region1".ljust(32, b"\0") + b"\0\5" + bytes(range(16)) +
            (7).to_bytes(4, "big") + bytes.fromhex("8000020000000002") + b"\x13" +
            bytes.fromhex("7c800102000000000100000064801013") +
            bytes.fromhex("7c800202000000000100000065802012"))),
    ("Ethernet Lacp", Ether(src=A, dst="01:80:c2:00:00:02", type=0x8809) / lacp.SlowProtocol(subtype=1) /
        lacp.LACP(actor_system_priority=32768, actor_system=A, actor_key=13, actor_port_priority=32768,
                  actor_port_number=22, actor_state=0x3d, partner_system=B, partner_key=14, partner_port_number=25,
                  collector_max_delay=32768)),
    ("Ethernet Llc Snap Cdp", cdp_frame(b"switch")),
    ("Ethernet Llc Snap Cdp", cdp_frame(b"switch2")),
    ("Ethernet Llc Snap Edp", snap(0x00e02b, 0x00bb, Raw(bytes.fromhex(
        "0100001c1e2b00090000020000000001" + "99010008" + "6e616d65" + "99000004")), "00:e0:2b:00:00:00")),
    ("Ethernet Llc Snap Ipv4 Udp", snap(0, 0x0800, ip / UDP(sport=5, dport=6) / b"snap", B)),
    ("Ethernet Llc", Dot3(src=A, dst=B) / LLC(dsap=0xfe, ssap=0xfe, ctrl=3) / Raw(b"iso")),
    ("Ethernet", Ether(src=A, dst=B, type=0x88b5) / Raw(b"local")),
]
wrpcap(sys.argv[1], [frame for _, frame in samples])
for layers, _ in samples:
    print(layers)

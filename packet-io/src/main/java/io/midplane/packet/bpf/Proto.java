package io.midplane.packet.bpf;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The protocols that expressions name, and how a frame shows that it carries one. */
enum Proto {
  ETHER(Kind.LINK, 0),
  LINK(Kind.LINK, 0),
  IP(Kind.ETHERTYPE, 0x0800),
  IP6(Kind.ETHERTYPE, 0x86dd),
  ARP(Kind.ETHERTYPE, 0x0806),
  RARP(Kind.ETHERTYPE, 0x8035),
  DECNET(Kind.ETHERTYPE, 0x6003),
  LAT(Kind.ETHERTYPE, 0x6004),
  SCA(Kind.ETHERTYPE, 0x6007),
  MOPDL(Kind.ETHERTYPE, 0x6001),
  MOPRC(Kind.ETHERTYPE, 0x6002),
  ATALK(Kind.ETHERTYPE, 0x809b),
  AARP(Kind.ETHERTYPE, 0x80f3),
  ISO(Kind.ETHERTYPE, 0xfe),
  STP(Kind.ETHERTYPE, 0x42),
  IPX(Kind.ETHERTYPE, 0xe0),
  NETBEUI(Kind.ETHERTYPE, 0xf0),
  TCP(Kind.BOTH, 6),
  UDP(Kind.BOTH, 17),
  SCTP(Kind.BOTH, 132),
  PIM(Kind.BOTH, 103),
  AH(Kind.BOTH, 51),
  ESP(Kind.BOTH, 50),
  ICMP(Kind.IPV4, 1),
  IGMP(Kind.IPV4, 2),
  IGRP(Kind.IPV4, 9),
  VRRP(Kind.IPV4, 112),
  ICMP6(Kind.IPV6, 58);

  /** Where the number stands. */
  enum Kind {
    LINK,
    ETHERTYPE,
    IPV4,
    IPV6,
    /** In IPv4 or IPv6. */
    BOTH
  }

  private final Kind kind;
  private final int number;

  Proto(Kind kind, int number) {
    this.kind = kind;
    this.number = number;
  }

  Kind kind() {
    return kind;
  }

  int number() {
    return number;
  }

  boolean hasPorts() {
    return this == TCP || this == UDP || this == SCTP;
  }

  boolean isOverIp() {
    return kind == Kind.IPV4 || kind == Kind.IPV6 || kind == Kind.BOTH;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Proto> named(String word) {
    return Arrays.stream(values()).filter(proto -> proto.word().equals(word)).findFirst();
  }
}

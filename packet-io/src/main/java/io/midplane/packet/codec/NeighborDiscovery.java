package io.midplane.packet.codec;

import io.midplane.packet.frame.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What messages of neighbour discovery for IPv6 say (RFC 4861). */
public sealed interface NeighborDiscovery {

  /** Number of the option with the sender's hardware address. */
  int SOURCE_MAC = 1;

  /** Number of the option with the target's hardware address. */
  int TARGET_MAC = 2;

  /** The most options of a message. */
  int MAX_OPTIONS = 64;

  /** What is said beside. */
  List<Option> options();

  /** The message that says so, without checksum. */
  Icmpv6 toIcmpv6();

  /** Who routes here? */
  record RouterSolicitation(List<Option> options) implements NeighborDiscovery {
    /** Number of the message. */
    public static final int TYPE = 133;

    @Override
    public Icmpv6 toIcmpv6() {
      return message(TYPE, new OctetWriter(32).u32(0), options);
    }
  }

  /**
   * I route here.
   *
   * @param hopLimit for those who listen; 8 bits
   * @param flags bit 7: addresses by DHCP, bit 6: other settings by DHCP; 8 bits
   * @param lifetime in seconds; 16 bits
   * @param reachable in milliseconds; 32 bits
   * @param retransmit in milliseconds; 32 bits
   */
  record RouterAdvertisement(
      int hopLimit, int flags, int lifetime, long reachable, long retransmit, List<Option> options)
      implements NeighborDiscovery {
    /** Number of the message. */
    public static final int TYPE = 134;

    /** Checks the ranges. */
    public RouterAdvertisement {
      FieldRange.check("hop limit", hopLimit, 0xff);
      FieldRange.check("flags", flags, 0xff);
      FieldRange.check("lifetime", lifetime, 0xffff);
      FieldRange.check("reachable time", reachable, 0xffff_ffffL);
      FieldRange.check("retransmit time", retransmit, 0xffff_ffffL);
      options = List.copyOf(options);
    }

    @Override
    public Icmpv6 toIcmpv6() {
      var out = new OctetWriter(64).u8(hopLimit).u8(flags).u16(lifetime);
      return message(TYPE, out.u32(reachable).u32(retransmit), options);
    }
  }

  /** Who has an address? */
  record NeighborSolicitation(Ipv6Address target, List<Option> options)
      implements NeighborDiscovery {
    /** Number of the message. */
    public static final int TYPE = 135;

    @Override
    public Icmpv6 toIcmpv6() {
      return message(TYPE, address(new OctetWriter(32).u32(0), target), options);
    }
  }

  /**
   * I have an address.
   *
   * @param flags bit 31: I am a router, bit 30: I was asked, bit 29: forget what you knew; 32 bits
   */
  record NeighborAdvertisement(long flags, Ipv6Address target, List<Option> options)
      implements NeighborDiscovery {
    /** Number of the message. */
    public static final int TYPE = 136;

    /** Checks the range. */
    public NeighborAdvertisement {
      FieldRange.check("flags", flags, 0xffff_ffffL);
      options = List.copyOf(options);
    }

    @Override
    public Icmpv6 toIcmpv6() {
      return message(TYPE, address(new OctetWriter(32).u32(flags), target), options);
    }
  }

  /** There is a better way to a destination. */
  record Redirect(Ipv6Address target, Ipv6Address destination, List<Option> options)
      implements NeighborDiscovery {
    /** Number of the message. */
    public static final int TYPE = 137;

    @Override
    public Icmpv6 toIcmpv6() {
      var out = address(address(new OctetWriter(64).u32(0), target), destination);
      return message(TYPE, out, options);
    }
  }

  /**
   * Something said beside.
   *
   * @param type 8 bits
   * @param value 6 bytes, 14 or another multiple of 8 behind two that are not in it
   */
  record Option(int type, Octets value) {
    /** Checks the ranges. */
    public Option {
      FieldRange.check("type", type, 0xff);
      if (value.length() % 8 != 6 || value.length() > 8 * 255 - 2) {
        throw CodecException.malformed("option", value.length() + " bytes", "6, 14, 22, …");
      }
    }

    /** A hardware address. */
    public static Option of(int type, MacAddress address) {
      return new Option(type, Octets.of(address.bytes()));
    }
  }

  /** The hardware address in an option, if it is there. */
  default Optional<MacAddress> mac(int type) {
    return options().stream()
        .filter(option -> option.type() == type && option.value().length() == MacAddress.LENGTH)
        .map(option -> Ethernet.mac(option.value(), 0))
        .findFirst();
  }

  /** Reads a message; empty if it is of another type. */
  static Optional<NeighborDiscovery> decode(Icmpv6 message) {
    Octets body = message.payload();
    return switch (message.type()) {
      case RouterSolicitation.TYPE -> {
        body.require(4, "router solicitation");
        yield Optional.of(new RouterSolicitation(options(body.from(4))));
      }
      case RouterAdvertisement.TYPE -> {
        body.require(12, "router advertisement");
        yield Optional.of(
            new RouterAdvertisement(
                body.uint8(0),
                body.uint8(1),
                body.uint16(2),
                body.uint32(4),
                body.uint32(8),
                options(body.from(12))));
      }
      case NeighborSolicitation.TYPE -> {
        body.require(20, "neighbor solicitation");
        yield Optional.of(
            new NeighborSolicitation(Ipv6Address.read(body, 4), options(body.from(20))));
      }
      case NeighborAdvertisement.TYPE -> {
        body.require(20, "neighbor advertisement");
        yield Optional.of(
            new NeighborAdvertisement(
                body.uint32(0), Ipv6Address.read(body, 4), options(body.from(20))));
      }
      case Redirect.TYPE -> {
        body.require(36, "redirect");
        yield Optional.of(
            new Redirect(
                Ipv6Address.read(body, 4), Ipv6Address.read(body, 20), options(body.from(36))));
      }
      default -> Optional.empty();
    };
  }

  private static List<Option> options(Octets octets) {
    List<Option> options = new ArrayList<>();
    Octets rest = octets;
    while (!rest.isEmpty()) {
      int length = rest.length() < 8 ? 0 : 8 * rest.uint8(1);
      if (length == 0 || length > rest.length() || options.size() == MAX_OPTIONS) {
        throw CodecException.malformed(
            "option of neighbor discovery",
            length + " bytes",
            "8 to " + rest.length() + ", and at most " + MAX_OPTIONS + " options");
      }
      options.add(new Option(rest.uint8(0), rest.slice(2, length - 2)));
      rest = rest.from(length);
    }
    return List.copyOf(options);
  }

  private static OctetWriter address(OctetWriter out, Ipv6Address address) {
    return out.u64(address.high()).u64(address.low());
  }

  private static Icmpv6 message(int type, OctetWriter out, List<Option> options) {
    for (Option option : options) {
      out.u8(option.type()).u8((option.value().length() + 2) / 8).octets(option.value());
    }
    return new Icmpv6(type, 0, 0, Octets.of(out.toBytes()));
  }
}

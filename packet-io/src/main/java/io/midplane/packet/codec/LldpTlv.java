package io.midplane.packet.codec;

import io.midplane.packet.frame.MacAddress;

/**
 * One thing that a message of LLDP says. What is not understood, or not as long as its definition
 * has it, is {@link Organizational} or {@link Other} and keeps its bytes.
 */
public sealed interface LldpTlv {

  /** Organization of the TLVs of IEEE 802.1. */
  int IEEE_802_1 = 0x0080c2;

  /** Organization of the TLVs of IEEE 802.3. */
  int IEEE_802_3 = 0x00120f;

  /** Subtype of an id that is a hardware address, of a chassis. */
  int CHASSIS_MAC = 4;

  /** Subtype of an id that is a hardware address, of a port. */
  int PORT_MAC = 3;

  /** Subtype of an id that is the name of an interface, of a port. */
  int PORT_INTERFACE_NAME = 5;

  /** Subtype of an id that is a local matter: a name of whatever kind, of a chassis or a port. */
  int LOCAL = 7;

  /**
   * Who sends.
   *
   * @param subtype kind of the id; 8 bits
   * @param id 1 to 255 bytes
   */
  record ChassisId(int subtype, Octets id) implements LldpTlv {
    /** Checks the ranges. */
    public ChassisId {
      checkId("chassis id", subtype, id);
    }

    /** A hardware address. */
    public static ChassisId of(MacAddress address) {
      return new ChassisId(CHASSIS_MAC, Octets.of(address.bytes()));
    }

    /** The id as its subtype has it: an address with colons, a text, else hexadecimal. */
    public String text() {
      boolean isMac = subtype == CHASSIS_MAC && id.length() == MacAddress.LENGTH;
      boolean isText =
          subtype == 1 || subtype == 2 || subtype == 3 || subtype == 6 || subtype == LOCAL;
      return idText(isMac, isText, id);
    }
  }

  /**
   * By which port.
   *
   * @param subtype kind of the id; 8 bits
   * @param id 1 to 255 bytes
   */
  record PortId(int subtype, Octets id) implements LldpTlv {
    /** Checks the ranges. */
    public PortId {
      checkId("port id", subtype, id);
    }

    /** The name of an interface. */
    public static PortId of(String interfaceName) {
      return new PortId(PORT_INTERFACE_NAME, Octets.ofText(interfaceName));
    }

    /** The id as its subtype has it, as {@link ChassisId#text}. */
    public String text() {
      boolean isMac = subtype == PORT_MAC && id.length() == MacAddress.LENGTH;
      boolean isText =
          subtype == 1 || subtype == 2 || subtype == PORT_INTERFACE_NAME || subtype == LOCAL;
      return idText(isMac, isText, id);
    }
  }

  private static String idText(boolean isMac, boolean isText, Octets id) {
    return isMac ? Ethernet.mac(id, 0).toString() : isText ? id.text() : id.hex();
  }

  private static void checkId(String what, int subtype, Octets id) {
    FieldRange.check(what + " subtype", subtype, 0xff);
    FieldRange.check("bytes of a " + what + " behind the first", id.length() - 1L, 254);
  }

  /** For how long it holds; 0 takes everything back; 16 bits. */
  record Ttl(int seconds) implements LldpTlv {
    /** Checks the range. */
    public Ttl {
      FieldRange.check("ttl", seconds, 0xffff);
    }
  }

  /** What the port is, in words. */
  record PortDescription(Octets value) implements LldpTlv {
    /** Of a text. */
    public static PortDescription of(String text) {
      return new PortDescription(Octets.ofText(text));
    }
  }

  /** What the sender is called. */
  record SystemName(Octets value) implements LldpTlv {
    /** Of a text. */
    public static SystemName of(String text) {
      return new SystemName(Octets.ofText(text));
    }
  }

  /** What the sender is, in words. */
  record SystemDescription(Octets value) implements LldpTlv {
    /** Of a text. */
    public static SystemDescription of(String text) {
      return new SystemDescription(Octets.ofText(text));
    }
  }

  /**
   * What the sender can do and does; 16 bits each.
   *
   * @param supported of {@link #BRIDGE} and its like
   * @param enabled of the same
   */
  record SystemCapabilities(int supported, int enabled) implements LldpTlv {
    /** A MAC bridge. */
    public static final int BRIDGE = 1 << 2;

    /** A router. */
    public static final int ROUTER = 1 << 4;

    /** A station and nothing else. */
    public static final int STATION = 1 << 7;

    /** Checks the ranges. */
    public SystemCapabilities {
      FieldRange.check("capabilities", supported, 0xffff);
      FieldRange.check("enabled capabilities", enabled, 0xffff);
    }
  }

  /**
   * Where the sender is managed.
   *
   * @param family number of the address family; 1 is IPv4, 2 is IPv6; 8 bits
   * @param address 0 to 31 bytes
   * @param numbering kind of the interface number; 2 is ifIndex; 8 bits
   * @param interfaceNumber 32 bits
   * @param oid an object identifier, 0 to 128 bytes
   */
  record ManagementAddress(
      int family, Octets address, int numbering, long interfaceNumber, Octets oid)
      implements LldpTlv {
    /** Checks the ranges. */
    public ManagementAddress {
      FieldRange.check("address family", family, 0xff);
      FieldRange.check("bytes of an address", address.length(), 31);
      FieldRange.check("interface numbering", numbering, 0xff);
      FieldRange.check("interface number", interfaceNumber, 0xffff_ffffL);
      FieldRange.check("bytes of an object identifier", oid.length(), 128);
    }

    /** Of an address of IPv4 and an ifIndex. */
    public static ManagementAddress of(Ipv4Address address, long ifindex) {
      var bytes = new OctetWriter(4).u32(address.bits()).toBytes();
      return new ManagementAddress(1, Octets.of(bytes), 2, ifindex, Octets.EMPTY);
    }

    /** The address as text: IPv4 with dots, IPv6 with colons, else hexadecimal. */
    public String text() {
      if (family == 1 && address.length() == 4) {
        return new Ipv4Address(address.int32(0)).toString();
      }
      return family == 2 && address.length() == 16
          ? Ipv6Address.read(address, 0).toString()
          : address.hex();
    }
  }

  /** 802.1: the VLAN of untagged frames; 16 bits, 0 if there is none. */
  record PortVlan(int id) implements LldpTlv {
    /** Checks the range. */
    public PortVlan {
      FieldRange.check("port VLAN", id, 0xffff);
    }
  }

  /** 802.1: a VLAN of untagged frames of some protocols; flags of 8 bits and an id of 16. */
  record ProtocolVlan(int flags, int id) implements LldpTlv {
    /** Checks the ranges. */
    public ProtocolVlan {
      FieldRange.check("flags", flags, 0xff);
      FieldRange.check("protocol VLAN", id, 0xffff);
    }
  }

  /** 802.1: the name of a VLAN; an id of 16 bits and at most 255 bytes. */
  record VlanName(int id, Octets name) implements LldpTlv {
    /** Checks the ranges. */
    public VlanName {
      FieldRange.check("VLAN id", id, 0xffff);
      FieldRange.check("bytes of a VLAN name", name.length(), 255);
    }

    /** Of a text. */
    public static VlanName of(int id, String name) {
      return new VlanName(id, Octets.ofText(name));
    }
  }

  /** 802.1: a protocol that the port speaks, by the first bytes of its frames; at most 255. */
  record ProtocolIdentity(Octets identity) implements LldpTlv {
    /** Checks the range. */
    public ProtocolIdentity {
      FieldRange.check("bytes of a protocol identity", identity.length(), 255);
    }
  }

  /** 802.1: a digest of which VLANs are in use; 32 bits. */
  record VidUsageDigest(long digest) implements LldpTlv {
    /** Checks the range. */
    public VidUsageDigest {
      FieldRange.check("digest", digest, 0xffff_ffffL);
    }
  }

  /** 802.1: the VLAN of management; 16 bits. */
  record ManagementVlan(int id) implements LldpTlv {
    /** Checks the range. */
    public ManagementVlan {
      FieldRange.check("management VLAN", id, 0xffff);
    }
  }

  /**
   * 802.1 or, of old, 802.3: whether the port is part of an aggregation.
   *
   * @param organization {@link #IEEE_802_1} or {@link #IEEE_802_3}
   * @param status bit 0: it can be, bit 1: it is; 8 bits
   * @param portId the aggregated port; 32 bits
   */
  record LinkAggregation(int organization, int status, long portId) implements LldpTlv {
    /** Checks the ranges. */
    public LinkAggregation {
      if (organization != IEEE_802_1 && organization != IEEE_802_3) {
        throw CodecException.malformed("organization", organization, "that of 802.1 or 802.3");
      }
      FieldRange.check("status", status, 0xff);
      FieldRange.check("port id", portId, 0xffff_ffffL);
    }
  }

  /**
   * 802.3: speed and duplex.
   *
   * @param autonegotiation bit 0: supported, bit 1: enabled; 8 bits
   * @param advertised capabilities; 16 bits
   * @param mauType operational type; 16 bits
   */
  record MacPhy(int autonegotiation, int advertised, int mauType) implements LldpTlv {
    /** Checks the ranges. */
    public MacPhy {
      FieldRange.check("autonegotiation", autonegotiation, 0xff);
      FieldRange.check("advertised", advertised, 0xffff);
      FieldRange.check("MAU type", mauType, 0xffff);
    }
  }

  /**
   * 802.3: power over Ethernet.
   *
   * @param support bits of what is supported and enabled; 8 bits
   * @param pair which pairs carry power; 8 bits
   * @param powerClass 8 bits
   * @param extension what later editions of the standard add
   */
  record PowerViaMdi(int support, int pair, int powerClass, Octets extension) implements LldpTlv {
    /** Checks the ranges. */
    public PowerViaMdi {
      FieldRange.check("power support", support, 0xff);
      FieldRange.check("power pair", pair, 0xff);
      FieldRange.check("power class", powerClass, 0xff);
    }
  }

  /** 802.3: the longest frame, header and checksum included; 16 bits. */
  record MaxFrameSize(int bytes) implements LldpTlv {
    /** Checks the range. */
    public MaxFrameSize {
      FieldRange.check("frame size", bytes, 0xffff);
    }
  }

  /**
   * Of an organization whose TLVs are not understood here.
   *
   * @param organization 24 bits
   * @param subtype 8 bits
   * @param value the rest
   */
  record Organizational(int organization, int subtype, Octets value) implements LldpTlv {
    /** Checks the ranges. */
    public Organizational {
      FieldRange.check("organization", organization, 0xffffff);
      FieldRange.check("subtype", subtype, 0xff);
    }
  }

  /** Anything else; a type of 1 to 127. */
  record Other(int type, Octets value) implements LldpTlv {
    /** Checks the range. */
    public Other {
      FieldRange.check("TLV type behind the first", type - 1L, 126);
    }
  }
}

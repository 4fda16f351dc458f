package io.midplane.packet.codec;

import io.midplane.packet.codec.LldpTlv.*;
import org.jspecify.annotations.Nullable;

/** Reads and writes what messages of LLDP say. */
final class LldpTlvs {
  private static final int ORGANIZATIONAL = 127;

  private LldpTlvs() {}

  static LldpTlv decode(int type, Octets value) {
    int length = value.length();
    return switch (type) {
      case 1 -> new ChassisId(id("chassis id", value).uint8(0), value.from(1));
      case 2 -> new PortId(id("port id", value).uint8(0), value.from(1));
      case 3 -> new Ttl(value.require(2, "lldp ttl").uint16(0));
      case 4 -> new PortDescription(value);
      case 5 -> new SystemName(value);
      case 6 -> new SystemDescription(value);
      case 7 ->
          length == 4
              ? new SystemCapabilities(value.uint16(0), value.uint16(2))
              : new Other(type, value);
      case 8 -> managementAddress(value);
      case ORGANIZATIONAL -> length < 4 ? new Other(type, value) : organizational(value);
      default -> new Other(type, value);
    };
  }

  private static Octets id(String what, Octets value) {
    if (value.length() < 2 || value.length() > 256) {
      throw CodecException.malformed("lldp " + what, value.length() + " bytes", "2 to 256");
    }
    return value;
  }

  private static LldpTlv managementAddress(Octets value) {
    int address = value.isEmpty() ? 0 : value.uint8(0);
    int oidAt = 1 + address + 6;
    boolean fits = address >= 1 && address <= 32 && value.length() >= oidAt;
    if (!fits || value.uint8(oidAt - 1) != value.length() - oidAt || value.length() - oidAt > 128) {
      return new Other(8, value);
    }
    return new ManagementAddress(
        value.uint8(1),
        value.slice(2, address - 1),
        value.uint8(1 + address),
        value.uint32(2 + address),
        value.from(oidAt));
  }

  private static LldpTlv organizational(Octets whole) {
    int organization = whole.uint24(0);
    int subtype = whole.uint8(3);
    Octets value = whole.from(4);
    int length = value.length();
    LldpTlv known =
        switch (organization) {
          case LldpTlv.IEEE_802_1 -> ieee1(subtype, value, length);
          case LldpTlv.IEEE_802_3 -> ieee3(subtype, value, length);
          default -> null;
        };
    return known != null ? known : new Organizational(organization, subtype, value);
  }

  private static @Nullable LldpTlv ieee1(int subtype, Octets value, int length) {
    return switch (subtype) {
      case 1 -> length == 2 ? new PortVlan(value.uint16(0)) : null;
      case 2 -> length == 3 ? new ProtocolVlan(value.uint8(0), value.uint16(1)) : null;
      case 3 ->
          length >= 3 && value.uint8(2) == length - 3
              ? new VlanName(value.uint16(0), value.from(3))
              : null;
      case 4 ->
          length >= 1 && value.uint8(0) == length - 1 ? new ProtocolIdentity(value.from(1)) : null;
      case 5 -> length == 4 ? new VidUsageDigest(value.uint32(0)) : null;
      case 6 -> length == 2 ? new ManagementVlan(value.uint16(0)) : null;
      case 7 -> aggregation(LldpTlv.IEEE_802_1, value, length);
      default -> null;
    };
  }

  private static @Nullable LldpTlv ieee3(int subtype, Octets value, int length) {
    return switch (subtype) {
      case 1 -> length == 5 ? new MacPhy(value.uint8(0), value.uint16(1), value.uint16(3)) : null;
      case 2 ->
          length >= 3
              ? new PowerViaMdi(value.uint8(0), value.uint8(1), value.uint8(2), value.from(3))
              : null;
      case 3 -> aggregation(LldpTlv.IEEE_802_3, value, length);
      case 4 -> length == 2 ? new MaxFrameSize(value.uint16(0)) : null;
      default -> null;
    };
  }

  private static @Nullable LldpTlv aggregation(int organization, Octets value, int length) {
    return length == 5 ? new LinkAggregation(organization, value.uint8(0), value.uint32(1)) : null;
  }

  /** Writes the value; answers the type. */
  static int write(LldpTlv tlv, OctetWriter out) {
    switch (tlv) {
      case ChassisId(var subtype, var id) -> out.u8(subtype).octets(id);
      case PortId(var subtype, var id) -> out.u8(subtype).octets(id);
      case Ttl(var seconds) -> out.u16(seconds);
      case PortDescription(var value) -> out.octets(value);
      case SystemName(var value) -> out.octets(value);
      case SystemDescription(var value) -> out.octets(value);
      case SystemCapabilities(var supported, var enabled) -> out.u16(supported).u16(enabled);
      case ManagementAddress(var family, var address, var numbering, var number, var oid) ->
          out.u8(1 + address.length())
              .u8(family)
              .octets(address)
              .u8(numbering)
              .u32(number)
              .u8(oid.length())
              .octets(oid);
      case PortVlan(var id) -> ieee1(out, 1).u16(id);
      case ProtocolVlan(var flags, var id) -> ieee1(out, 2).u8(flags).u16(id);
      case VlanName(var id, var name) -> ieee1(out, 3).u16(id).u8(name.length()).octets(name);
      case ProtocolIdentity(var identity) -> ieee1(out, 4).u8(identity.length()).octets(identity);
      case VidUsageDigest(var digest) -> ieee1(out, 5).u32(digest);
      case ManagementVlan(var id) -> ieee1(out, 6).u16(id);
      case LinkAggregation(var organization, var status, var port) ->
          out.u24(organization).u8(organization == LldpTlv.IEEE_802_1 ? 7 : 3).u8(status).u32(port);
      case MacPhy(var negotiation, var advertised, var mau) ->
          ieee3(out, 1).u8(negotiation).u16(advertised).u16(mau);
      case PowerViaMdi(var support, var pair, var powerClass, var extension) ->
          ieee3(out, 2).u8(support).u8(pair).u8(powerClass).octets(extension);
      case MaxFrameSize(var bytes) -> ieee3(out, 4).u16(bytes);
      case Organizational(var organization, var subtype, var value) ->
          out.u24(organization).u8(subtype).octets(value);
      case Other(_, var value) -> out.octets(value);
    }
    return type(tlv);
  }

  private static int type(LldpTlv tlv) {
    return switch (tlv) {
      case ChassisId _ -> 1;
      case PortId _ -> 2;
      case Ttl _ -> 3;
      case PortDescription _ -> 4;
      case SystemName _ -> 5;
      case SystemDescription _ -> 6;
      case SystemCapabilities _ -> 7;
      case ManagementAddress _ -> 8;
      case Other(var type, _) -> type;
      case PortVlan _,
          ProtocolVlan _,
          VlanName _,
          ProtocolIdentity _,
          VidUsageDigest _,
          ManagementVlan _,
          LinkAggregation _,
          MacPhy _,
          PowerViaMdi _,
          MaxFrameSize _,
          Organizational _ ->
          ORGANIZATIONAL;
    };
  }

  private static OctetWriter ieee1(OctetWriter out, int subtype) {
    return out.u24(LldpTlv.IEEE_802_1).u8(subtype);
  }

  private static OctetWriter ieee3(OctetWriter out, int subtype) {
    return out.u24(LldpTlv.IEEE_802_3).u8(subtype);
  }
}

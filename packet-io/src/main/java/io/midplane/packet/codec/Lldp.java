package io.midplane.packet.codec;

import io.midplane.packet.codec.LldpTlv.ChassisId;
import io.midplane.packet.codec.LldpTlv.PortId;
import io.midplane.packet.codec.LldpTlv.Ttl;
import io.midplane.packet.frame.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A message of the Link Layer Discovery Protocol (IEEE 802.1AB): who sends it, by which port, and
 * for how long that holds.
 *
 * @param chassis who sends it
 * @param port by which port
 * @param ttl for how long it holds
 * @param more what else is said, at most {@link #MAX_TLVS}
 */
public record Lldp(ChassisId chassis, PortId port, Ttl ttl, List<LldpTlv> more) implements Layer {
  /** The most that may be said beside what must be said. */
  public static final int MAX_TLVS = 256;

  /** The address of the nearest bridge, which messages are mostly sent to. */
  public static final MacAddress NEAREST_BRIDGE = MacAddress.of("01:80:c2:00:00:0e");

  private static final int MAX_LENGTH = 511;

  /** Keeps a copy of the list. */
  public Lldp {
    FieldRange.check("TLVs", more.size(), MAX_TLVS);
    more = List.copyOf(more);
  }

  /** Reads a message to its end mark, or without one to the end of the bytes. */
  public static Lldp decode(Octets octets) {
    List<LldpTlv> tlvs = new ArrayList<>();
    int at = 0;
    while (at < octets.length()) {
      int header = octets.from(at).require(2, "lldp TLV").uint16(0);
      int length = header & 0x1ff;
      if (length > octets.length() - at - 2) {
        throw CodecException.malformed(
            "lldp TLV of type " + (header >>> 9),
            length + " bytes",
            "at most " + (octets.length() - at - 2));
      }
      if (header >>> 9 == 0) {
        break;
      }
      if (tlvs.size() == MAX_TLVS + 3) {
        throw CodecException.malformed("lldp", "another TLV", "at most " + MAX_TLVS + " more");
      }
      tlvs.add(LldpTlvs.decode(header >>> 9, octets.slice(at + 2, length)));
      at += 2 + length;
    }
    return of(tlvs);
  }

  private static Lldp of(List<LldpTlv> tlvs) {
    if (tlvs.size() >= 3
        && tlvs.get(0) instanceof ChassisId chassis
        && tlvs.get(1) instanceof PortId port
        && tlvs.get(2) instanceof Ttl ttl) {
      return new Lldp(chassis, port, ttl, tlvs.subList(3, tlvs.size()));
    }
    throw CodecException.malformed(
        "lldp",
        tlvs.stream().limit(3).map(tlv -> tlv.getClass().getSimpleName()).toList(),
        "ChassisId, PortId, Ttl");
  }

  /** What of a kind is said first, if any. */
  public <T extends LldpTlv> Optional<T> first(Class<T> kind) {
    return more.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** Whether it takes back what was said before (a time to live of 0). */
  public boolean isShutdown() {
    return ttl.seconds() == 0;
  }

  @Override
  public byte[] encode() {
    var out = new OctetWriter(256);
    Stream.concat(Stream.of(chassis, port, ttl), more.stream()).forEach(tlv -> write(out, tlv));
    return out.u16(0).toBytes();
  }

  private static void write(OctetWriter out, LldpTlv tlv) {
    var value = new OctetWriter(64);
    int type = LldpTlvs.write(tlv, value);
    FieldRange.check("length of a TLV of type " + type, value.length(), MAX_LENGTH);
    out.u16(type << 9 | value.length()).octets(Octets.of(value.toBytes()));
  }
}

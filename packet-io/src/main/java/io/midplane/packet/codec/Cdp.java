package io.midplane.packet.codec;

import io.midplane.packet.frame.MacAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of the Cisco Discovery Protocol; what it says is not taken apart further.
 *
 * @param version 8 bits
 * @param ttl in seconds; 8 bits
 * @param checksum 16 bits
 * @param tlvs what it says, at most {@link #MAX_TLVS}
 */
public record Cdp(int version, int ttl, int checksum, List<Tlv> tlvs) implements Layer {
  /** Where messages are sent to. */
  public static final MacAddress ADDRESS = MacAddress.of("01:00:0c:cc:cc:cc");

  /** Type behind {@link Snap#CISCO}. */
  public static final int TYPE = 0x2000;

  /** The most TLVs of a message. */
  public static final int MAX_TLVS = 256;

  private static final int HEADER = 4;

  /** Checks the ranges. */
  public Cdp {
    FieldRange.check("version", version, 0xff);
    FieldRange.check("ttl", ttl, 0xff);
    FieldRange.check("checksum", checksum, 0xffff);
    FieldRange.check("TLVs", tlvs.size(), MAX_TLVS);
    tlvs = List.copyOf(tlvs);
  }

  /** One thing it says; a type of 16 bits. */
  public record Tlv(int type, Octets value) {
    /** Checks the ranges. */
    public Tlv {
      FieldRange.check("type", type, 0xffff);
      FieldRange.check("bytes of a TLV", value.length(), 0xffff - HEADER);
    }
  }

  /** Reads a message. */
  public static Cdp decode(Octets octets) {
    octets.require(HEADER, "cdp");
    List<Tlv> tlvs = new ArrayList<>();
    Octets rest = octets.from(HEADER);
    while (!rest.isEmpty()) {
      int length = rest.length() < HEADER ? 0 : rest.uint16(2);
      if (length < HEADER || length > rest.length() || tlvs.size() == MAX_TLVS) {
        throw CodecException.malformed(
            "cdp TLV", length + " bytes", "4 to " + rest.length() + ", and at most " + MAX_TLVS);
      }
      tlvs.add(new Tlv(rest.uint16(0), rest.slice(HEADER, length - HEADER)));
      rest = rest.from(length);
    }
    return new Cdp(octets.uint8(0), octets.uint8(1), octets.uint16(2), tlvs);
  }

  /** Whether the checksum is right. */
  public boolean isChecksumValid() {
    return withChecksum().checksum == checksum;
  }

  /** The same with the right checksum. */
  public Cdp withChecksum() {
    Octets octets = Octets.of(new Cdp(version, ttl, 0, tlvs).encode());
    return new Cdp(version, ttl, Checksum.complement(sum(octets)), tlvs);
  }

  /** Takes a byte left over for the lower one of a number with a sign, as all senders do. */
  private static long sum(Octets octets) {
    int even = octets.length() & ~1;
    long sum = Checksum.sum(octets.slice(0, even));
    if (even == octets.length()) {
      return sum;
    }
    int last = octets.uint8(even);
    return sum + (last < 0x80 ? last : 0xff00 | last - 1);
  }

  @Override
  public byte[] encode() {
    var out = new OctetWriter(256).u8(version).u8(ttl).u16(checksum);
    for (Tlv tlv : tlvs) {
      out.u16(tlv.type()).u16(HEADER + tlv.value().length()).octets(tlv.value());
    }
    return out.toBytes();
  }
}

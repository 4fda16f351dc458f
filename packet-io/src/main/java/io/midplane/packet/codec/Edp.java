package io.midplane.packet.codec;

import io.midplane.packet.frame.MacAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of the Extreme Discovery Protocol; what it says is not taken apart further.
 *
 * @param version 8 bits
 * @param checksum 16 bits
 * @param sequence 16 bits
 * @param machine address of the sender
 * @param tlvs what it says, at most {@link #MAX_TLVS}
 */
public record Edp(int version, int checksum, int sequence, MacAddress machine, List<Tlv> tlvs)
    implements Layer {

  /** Where messages are sent to. */
  public static final MacAddress ADDRESS = MacAddress.of("00:e0:2b:00:00:00");

  /** Type behind {@link Snap#EXTREME}. */
  public static final int TYPE = 0x00bb;

  /** The most TLVs of a message. */
  public static final int MAX_TLVS = 256;

  private static final int HEADER = 16;
  private static final int TLV_HEADER = 4;
  private static final int MARKER = 0x99;

  /** Checks the ranges. */
  public Edp {
    FieldRange.check("version", version, 0xff);
    FieldRange.check("checksum", checksum, 0xffff);
    FieldRange.check("sequence", sequence, 0xffff);
    FieldRange.check("TLVs", tlvs.size(), MAX_TLVS);
    tlvs = List.copyOf(tlvs);
  }

  /** One thing it says; a type of 8 bits, 0 at the end. */
  public record Tlv(int type, Octets value) {
    /** Checks the ranges. */
    public Tlv {
      FieldRange.check("type", type, 0xff);
      FieldRange.check("bytes of a TLV", value.length(), 0xffff - TLV_HEADER);
    }
  }

  /** Reads a message; what is behind its length is padding. */
  public static Edp decode(Octets octets) {
    octets.require(HEADER, "edp");
    int length = octets.uint16(2);
    if (length < HEADER || length > octets.length()) {
      throw CodecException.malformed("edp length", length, HEADER + " to " + octets.length());
    }
    if (octets.uint16(8) != 0) {
      throw CodecException.malformed("edp kind of machine id", octets.uint16(8), "0, an address");
    }
    List<Tlv> tlvs = new ArrayList<>();
    Octets rest = octets.slice(HEADER, length - HEADER);
    while (!rest.isEmpty()) {
      int size = rest.length() < TLV_HEADER || rest.uint8(0) != MARKER ? 0 : rest.uint16(2);
      if (size < TLV_HEADER || size > rest.length() || tlvs.size() == MAX_TLVS) {
        throw CodecException.malformed(
            "edp TLV", size + " bytes", "4 to " + rest.length() + ", and at most " + MAX_TLVS);
      }
      tlvs.add(new Tlv(rest.uint8(1), rest.slice(TLV_HEADER, size - TLV_HEADER)));
      rest = rest.from(size);
    }
    return new Edp(
        octets.uint8(0), octets.uint16(4), octets.uint16(6), Ethernet.mac(octets, 10), tlvs);
  }

  /** Whether the checksum is right. */
  public boolean isChecksumValid() {
    return Checksum.of(Octets.of(encode())) == 0;
  }

  /** The same with the right checksum. */
  public Edp withChecksum() {
    byte[] bytes = new Edp(version, 0, sequence, machine, tlvs).encode();
    return new Edp(version, Checksum.of(Octets.of(bytes)), sequence, machine, tlvs);
  }

  @Override
  public byte[] encode() {
    int length = HEADER;
    for (Tlv tlv : tlvs) {
      length += TLV_HEADER + tlv.value().length();
    }
    FieldRange.check("length of all TLVs", length, 0xffff);
    var out =
        new OctetWriter(length)
            .u8(version)
            .u8(0)
            .u16(length)
            .u16(checksum)
            .u16(sequence)
            .u16(0)
            .mac(machine);
    for (Tlv tlv : tlvs) {
      out.u8(MARKER).u8(tlv.type()).u16(TLV_HEADER + tlv.value().length()).octets(tlv.value());
    }
    return out.toBytes();
  }
}

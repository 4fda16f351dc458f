package io.midplane.packet.codec;

/**
 * A datagram of UDP (RFC 768).
 *
 * @param sourcePort 16 bits
 * @param destinationPort 16 bits
 * @param checksum 0 if there is none; 16 bits
 * @param payload what it carries
 */
public record Udp(int sourcePort, int destinationPort, int checksum, Octets payload)
    implements Layer {
  private static final int HEADER = 8;

  /** Checks the ranges. */
  public Udp {
    FieldRange.check("source port", sourcePort, 0xffff);
    FieldRange.check("destination port", destinationPort, 0xffff);
    FieldRange.check("checksum", checksum, 0xffff);
    FieldRange.check("payload", payload.length(), 0xffff - HEADER);
  }

  /** A datagram without checksum. */
  public static Udp of(int sourcePort, int destinationPort, Octets payload) {
    return new Udp(sourcePort, destinationPort, 0, payload);
  }

  /** Reads a datagram; what is behind its length is padding. */
  public static Udp decode(Octets octets) {
    octets.require(HEADER, "udp");
    int length = octets.uint16(4);
    if (length < HEADER || length > octets.length()) {
      throw CodecException.malformed("udp length", length, HEADER + " to " + octets.length());
    }
    return new Udp(
        octets.uint16(0),
        octets.uint16(2),
        octets.uint16(6),
        octets.slice(HEADER, length - HEADER));
  }

  /** Whether the checksum is right, or absent. */
  public boolean isChecksumValid(PseudoHeader header) {
    return checksum == 0 || Checksum.of(header, Octets.of(encode())) == 0;
  }

  /** The same with the right checksum. */
  public Udp withChecksum(PseudoHeader header) {
    int sum = Checksum.of(header, Octets.of(of(sourcePort, destinationPort, payload).encode()));
    return new Udp(sourcePort, destinationPort, sum == 0 ? 0xffff : sum, payload);
  }

  @Override
  public byte[] encode() {
    return new OctetWriter(HEADER + payload.length())
        .u16(sourcePort)
        .u16(destinationPort)
        .u16(HEADER + payload.length())
        .u16(checksum)
        .octets(payload)
        .toBytes();
  }
}

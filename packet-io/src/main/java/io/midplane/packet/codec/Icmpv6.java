package io.midplane.packet.codec;

/**
 * A message of ICMP for IPv6 (RFC 4443). {@link NeighborDiscovery#decode} reads those of neighbour
 * discovery further.
 *
 * @param type {@link #ECHO} and its like; 8 bits
 * @param code 8 bits
 * @param checksum 16 bits
 * @param payload what follows
 */
public record Icmpv6(int type, int code, int checksum, Octets payload) implements Layer {
  /** Type of an echo. */
  public static final int ECHO = 128;

  /** Type of an answer to an echo. */
  public static final int ECHO_REPLY = 129;

  private static final int HEADER = 4;

  /** Checks the ranges. */
  public Icmpv6 {
    FieldRange.check("type", type, 0xff);
    FieldRange.check("code", code, 0xff);
    FieldRange.check("checksum", checksum, 0xffff);
  }

  /** Reads a message. */
  public static Icmpv6 decode(Octets octets) {
    octets.require(HEADER, "icmpv6");
    return new Icmpv6(octets.uint8(0), octets.uint8(1), octets.uint16(2), octets.from(HEADER));
  }

  /** Whether the checksum is right. */
  public boolean isChecksumValid(PseudoHeader header) {
    return Checksum.of(header, Octets.of(encode())) == 0;
  }

  /** The same with the right checksum. */
  public Icmpv6 withChecksum(PseudoHeader header) {
    byte[] bytes = new Icmpv6(type, code, 0, payload).encode();
    return new Icmpv6(type, code, Checksum.of(header, Octets.of(bytes)), payload);
  }

  @Override
  public byte[] encode() {
    return new OctetWriter(HEADER + payload.length())
        .u8(type)
        .u8(code)
        .u16(checksum)
        .octets(payload)
        .toBytes();
  }
}

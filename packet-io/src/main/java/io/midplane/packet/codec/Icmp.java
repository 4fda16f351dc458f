package io.midplane.packet.codec;

/**
 * A message of ICMP for IPv4 (RFC 792).
 *
 * @param type {@link #ECHO} and its like; 8 bits
 * @param code 8 bits
 * @param checksum 16 bits
 * @param parameter what the type makes of it: id and sequence number of an echo; 32 bits
 * @param payload what follows
 */
public record Icmp(int type, int code, int checksum, long parameter, Octets payload)
    implements Layer {

  /** Type of an answer to an echo. */
  public static final int ECHO_REPLY = 0;

  /** Type of a refusal. */
  public static final int UNREACHABLE = 3;

  /** Type of an echo. */
  public static final int ECHO = 8;

  private static final int HEADER = 8;

  /** Checks the ranges. */
  public Icmp {
    FieldRange.check("type", type, 0xff);
    FieldRange.check("code", code, 0xff);
    FieldRange.check("checksum", checksum, 0xffff);
    FieldRange.check("parameter", parameter, 0xffff_ffffL);
  }

  /** An echo, with the right checksum. */
  public static Icmp echo(int id, int sequence, Octets payload) {
    FieldRange.check("id", id, 0xffff);
    FieldRange.check("sequence", sequence, 0xffff);
    return new Icmp(ECHO, 0, 0, (long) id << 16 | sequence, payload).withChecksum();
  }

  /** Reads a message. */
  public static Icmp decode(Octets octets) {
    octets.require(HEADER, "icmp");
    return new Icmp(
        octets.uint8(0), octets.uint8(1), octets.uint16(2), octets.uint32(4), octets.from(HEADER));
  }

  /** Whether the checksum is right. */
  public boolean isChecksumValid() {
    return Checksum.of(Octets.of(encode())) == 0;
  }

  /** The same with the right checksum. */
  public Icmp withChecksum() {
    byte[] bytes = new Icmp(type, code, 0, parameter, payload).encode();
    return new Icmp(type, code, Checksum.of(Octets.of(bytes)), parameter, payload);
  }

  @Override
  public byte[] encode() {
    return new OctetWriter(HEADER + payload.length())
        .u8(type)
        .u8(code)
        .u16(checksum)
        .u32(parameter)
        .octets(payload)
        .toBytes();
  }
}

package io.midplane.packet.codec;

/**
 * A packet of IPv4 (RFC 791).
 *
 * @param serviceClass DSCP and ECN; 8 bits
 * @param id what fragments of a packet have in common; 16 bits
 * @param fragment flags and offset: {@link #DONT_FRAGMENT}, {@link #MORE_FRAGMENTS}, 13 bits of
 *     offset; 16 bits
 * @param ttl 8 bits
 * @param protocol what it carries: {@link #TCP} and its like; 8 bits
 * @param checksum of the header; 16 bits
 * @param source who sent it
 * @param destination whom it is for
 * @param options 0 to 40 bytes, a multiple of 4
 * @param payload what it carries, without padding
 */
public record Ipv4(
    int serviceClass,
    int id,
    int fragment,
    int ttl,
    int protocol,
    int checksum,
    Ipv4Address source,
    Ipv4Address destination,
    Octets options,
    Octets payload)
    implements Layer {

  /** Protocol number of ICMP. */
  public static final int ICMP = 1;

  /** Protocol number of IGMP. */
  public static final int IGMP = 2;

  /** Protocol number of TCP. */
  public static final int TCP = 6;

  /** Protocol number of UDP. */
  public static final int UDP = 17;

  /** Protocol number of ICMPv6. */
  public static final int ICMPV6 = 58;

  /** In {@link #fragment}: not to be cut. */
  public static final int DONT_FRAGMENT = 0x4000;

  /** In {@link #fragment}: not the last part. */
  public static final int MORE_FRAGMENTS = 0x2000;

  private static final int HEADER = 20;
  private static final int DEFAULT_TTL = 64;

  /** Checks the ranges. */
  public Ipv4 {
    FieldRange.check("service class", serviceClass, 0xff);
    FieldRange.check("id", id, 0xffff);
    FieldRange.check("fragment", fragment, 0xffff);
    FieldRange.check("ttl", ttl, 0xff);
    FieldRange.check("protocol", protocol, 0xff);
    FieldRange.check("checksum", checksum, 0xffff);
    FieldRange.check("bytes of options", options.length(), 40);
    if (options.length() % 4 != 0) {
      throw CodecException.malformed("options", options.length() + " bytes", "a multiple of 4");
    }
    FieldRange.check("payload", payload.length(), 0xffff - HEADER - options.length());
  }

  /** A packet with the right checksum. */
  public static Ipv4 of(Ipv4Address source, Ipv4Address destination, int protocol, Octets payload) {
    return new Ipv4(
            0,
            0,
            DONT_FRAGMENT,
            DEFAULT_TTL,
            protocol,
            0,
            source,
            destination,
            Octets.EMPTY,
            payload)
        .withChecksum();
  }

  /** Reads a packet; what is behind its length is padding. */
  public static Ipv4 decode(Octets octets) {
    octets.require(HEADER, "ipv4");
    int first = octets.uint8(0);
    int header = 4 * (first & 0xf);
    int total = octets.uint16(2);
    if (first >>> 4 != 4 || header < HEADER) {
      throw CodecException.malformed(
          "ipv4 version and header length", "0x" + Integer.toHexString(first), "0x45 to 0x4f");
    }
    if (total < header || total > octets.length()) {
      throw CodecException.malformed("ipv4 length", total, header + " to " + octets.length());
    }
    return new Ipv4(
        octets.uint8(1),
        octets.uint16(4),
        octets.uint16(6),
        octets.uint8(8),
        octets.uint8(9),
        octets.uint16(10),
        new Ipv4Address(octets.int32(12)),
        new Ipv4Address(octets.int32(16)),
        header == HEADER ? Octets.EMPTY : octets.slice(HEADER, header - HEADER),
        octets.slice(header, total - header));
  }

  /** Whether it is part of a packet, and not the first part: the payload has no header. */
  public boolean isLaterFragment() {
    return (fragment & 0x1fff) != 0;
  }

  /** Whether the checksum is right. */
  public boolean isChecksumValid() {
    return Checksum.of(Octets.of(header())) == 0;
  }

  /** The same with the right checksum. */
  public Ipv4 withChecksum() {
    byte[] header = header();
    header[10] = 0;
    header[11] = 0;
    return new Ipv4(
        serviceClass,
        id,
        fragment,
        ttl,
        protocol,
        Checksum.of(Octets.of(header)),
        source,
        destination,
        options,
        payload);
  }

  /** What checksums of the payload cover beside it. */
  public PseudoHeader pseudoHeader() {
    return PseudoHeader.of(source, destination, protocol);
  }

  private byte[] header() {
    return write(new OctetWriter(HEADER + options.length())).toBytes();
  }

  private OctetWriter write(OctetWriter out) {
    int header = HEADER + options.length();
    return out.u8(0x40 | header / 4)
        .u8(serviceClass)
        .u16(header + payload.length())
        .u16(id)
        .u16(fragment)
        .u8(ttl)
        .u8(protocol)
        .u16(checksum)
        .u32(source.bits())
        .u32(destination.bits())
        .octets(options);
  }

  @Override
  public byte[] encode() {
    var out = new OctetWriter(HEADER + options.length() + payload.length());
    return write(out).octets(payload).toBytes();
  }
}

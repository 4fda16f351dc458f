package io.midplane.packet.codec;

/**
 * A segment of TCP (RFC 9293).
 *
 * @param sourcePort 16 bits
 * @param destinationPort 16 bits
 * @param sequence 32 bits
 * @param acknowledgement 32 bits
 * @param flags of {@link #SYN} and its like, with the four reserved bits above them; 12 bits
 * @param window 16 bits
 * @param checksum 16 bits
 * @param urgent 16 bits
 * @param options 0 to 40 bytes, a multiple of 4
 * @param payload what it carries
 */
public record Tcp(
    int sourcePort,
    int destinationPort,
    long sequence,
    long acknowledgement,
    int flags,
    int window,
    int checksum,
    int urgent,
    Octets options,
    Octets payload)
    implements Layer {

  /** No more comes. */
  public static final int FIN = 1;

  /** A connection begins. */
  public static final int SYN = 2;

  /** A connection is broken off. */
  public static final int RST = 4;

  /** To be handed on at once. */
  public static final int PSH = 8;

  /** The acknowledgement counts. */
  public static final int ACK = 16;

  private static final int HEADER = 20;

  /** Checks the ranges. */
  public Tcp {
    FieldRange.check("source port", sourcePort, 0xffff);
    FieldRange.check("destination port", destinationPort, 0xffff);
    FieldRange.check("sequence", sequence, 0xffff_ffffL);
    FieldRange.check("acknowledgement", acknowledgement, 0xffff_ffffL);
    FieldRange.check("flags", flags, 0xfff);
    FieldRange.check("window", window, 0xffff);
    FieldRange.check("checksum", checksum, 0xffff);
    FieldRange.check("urgent", urgent, 0xffff);
    FieldRange.check("bytes of options", options.length(), 40);
    if (options.length() % 4 != 0) {
      throw CodecException.malformed("options", options.length() + " bytes", "a multiple of 4");
    }
  }

  /** Reads a segment. */
  public static Tcp decode(Octets octets) {
    octets.require(HEADER, "tcp");
    int offsetAndFlags = octets.uint16(12);
    int header = offsetAndFlags >>> 12 << 2;
    if (header < HEADER || header > octets.length()) {
      throw CodecException.malformed(
          "tcp header length", header, HEADER + " to " + Math.min(60, octets.length()));
    }
    return new Tcp(
        octets.uint16(0),
        octets.uint16(2),
        octets.uint32(4),
        octets.uint32(8),
        offsetAndFlags & 0xfff,
        octets.uint16(14),
        octets.uint16(16),
        octets.uint16(18),
        header == HEADER ? Octets.EMPTY : octets.slice(HEADER, header - HEADER),
        octets.from(header));
  }

  /** Whether the checksum is right. */
  public boolean isChecksumValid(PseudoHeader header) {
    return Checksum.of(header, Octets.of(encode())) == 0;
  }

  /** The same with the right checksum. */
  public Tcp withChecksum(PseudoHeader header) {
    return with(Checksum.of(header, Octets.of(with(0).encode())));
  }

  private Tcp with(int sum) {
    return new Tcp(
        sourcePort,
        destinationPort,
        sequence,
        acknowledgement,
        flags,
        window,
        sum,
        urgent,
        options,
        payload);
  }

  @Override
  public byte[] encode() {
    int header = HEADER + options.length();
    return new OctetWriter(header + payload.length())
        .u16(sourcePort)
        .u16(destinationPort)
        .u32(sequence)
        .u32(acknowledgement)
        .u16(header / 4 << 12 | flags)
        .u16(window)
        .u16(checksum)
        .u16(urgent)
        .octets(options)
        .octets(payload)
        .toBytes();
  }
}

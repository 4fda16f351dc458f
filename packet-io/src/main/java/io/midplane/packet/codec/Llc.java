package io.midplane.packet.codec;

/**
 * A header of IEEE 802.2.
 *
 * @param destination service access point it is for
 * @param source service access point it is from
 * @param control one byte if its two lowest bits are set, else two, the first one lowest
 * @param payload what follows
 */
public record Llc(int destination, int source, int control, Octets payload) implements Layer {
  /** Service access point of spanning trees. */
  public static final int STP = 0x42;

  /** Service access point of SNAP. */
  public static final int SNAP = 0xaa;

  /** Control of a frame that stands alone. */
  public static final int UNNUMBERED = 3;

  /** Checks the ranges. */
  public Llc {
    FieldRange.check("dsap", destination, 0xff);
    FieldRange.check("ssap", source, 0xff);
    FieldRange.check("control", control, isShort(control) ? 0xff : 0xffff);
  }

  private static boolean isShort(int control) {
    return (control & 3) == 3;
  }

  /** Reads a header. */
  public static Llc decode(Octets octets) {
    octets.require(3, "llc");
    int first = octets.uint8(2);
    int header = isShort(first) ? 3 : 4;
    octets.require(header, "llc");
    int control = isShort(first) ? first : first | octets.uint8(3) << 8;
    return new Llc(octets.uint8(0), octets.uint8(1), control, octets.from(header));
  }

  @Override
  public byte[] encode() {
    var out = new OctetWriter(4 + payload.length()).u8(destination).u8(source).u8(control);
    if (!isShort(control)) {
      out.u8(control >>> 8);
    }
    return out.octets(payload).toBytes();
  }
}

package io.midplane.packet.codec;

/**
 * The header behind an LLC header with {@link Llc#SNAP}.
 *
 * @param organization who defines the type; 0 for ethertypes; 24 bits
 * @param type 16 bits
 * @param payload what follows
 */
public record Snap(int organization, int type, Octets payload) implements Layer {
  /** Organization of CDP. */
  public static final int CISCO = 0x00000c;

  /** Organization of EDP. */
  public static final int EXTREME = 0x00e02b;

  /** Checks the ranges. */
  public Snap {
    FieldRange.check("organization", organization, 0xffffff);
    FieldRange.check("type", type, 0xffff);
  }

  /** Reads a header. */
  public static Snap decode(Octets octets) {
    octets.require(5, "snap");
    return new Snap(octets.uint24(0), octets.uint16(3), octets.from(5));
  }

  @Override
  public byte[] encode() {
    return new OctetWriter(5 + payload.length())
        .u24(organization)
        .u16(type)
        .octets(payload)
        .toBytes();
  }
}

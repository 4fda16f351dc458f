package io.midplane.packet.codec;

import io.midplane.packet.frame.MacAddress;

/**
 * A message of the Link Aggregation Control Protocol (IEEE 802.1AX).
 *
 * @param version 8 bits
 * @param actor who sends it
 * @param partner what it knows of the other side
 * @param collectorMaxDelay in tens of microseconds; 16 bits
 * @param end the end mark and what follows
 */
public record Lacp(
    int version, Participant actor, Participant partner, int collectorMaxDelay, Octets end)
    implements Layer {

  /** Where messages are sent to. */
  public static final MacAddress SLOW_PROTOCOLS = MacAddress.of("01:80:c2:00:00:02");

  /** The first byte behind {@link Ethernet#SLOW} that says it is this protocol. */
  public static final int SUBTYPE = 1;

  private static final int FIXED = 58;
  private static final int LENGTH = 110;

  /** Checks the ranges. */
  public Lacp {
    FieldRange.check("version", version, 0xff);
    FieldRange.check("collector delay", collectorMaxDelay, 0xffff);
  }

  /** A message of version 1. */
  public static Lacp of(Participant actor, Participant partner, int collectorMaxDelay) {
    return new Lacp(1, actor, partner, collectorMaxDelay, Octets.of(new byte[LENGTH - FIXED]));
  }

  /**
   * One side of a link.
   *
   * @param systemPriority 16 bits
   * @param system address of the system
   * @param key of what may be aggregated; 16 bits
   * @param portPriority 16 bits
   * @param port 16 bits
   * @param state of {@link #ACTIVITY} and its like; 8 bits
   */
  public record Participant(
      int systemPriority, MacAddress system, int key, int portPriority, int port, int state) {
    /** It speaks first. */
    public static final int ACTIVITY = 1;

    /** It speaks every second. */
    public static final int SHORT_TIMEOUT = 2;

    /** It may be aggregated. */
    public static final int AGGREGATION = 4;

    /** It is in the right aggregation. */
    public static final int SYNCHRONIZATION = 8;

    /** It takes frames. */
    public static final int COLLECTING = 16;

    /** It sends frames. */
    public static final int DISTRIBUTING = 32;

    private static final int LENGTH = 20;

    /** Checks the ranges. */
    public Participant {
      FieldRange.check("system priority", systemPriority, 0xffff);
      FieldRange.check("key", key, 0xffff);
      FieldRange.check("port priority", portPriority, 0xffff);
      FieldRange.check("port", port, 0xffff);
      FieldRange.check("state", state, 0xff);
    }

    static Participant read(Octets octets, int at, int type) {
      expect(octets, at, type, LENGTH);
      return new Participant(
          octets.uint16(at + 2),
          Ethernet.mac(octets, at + 4),
          octets.uint16(at + 10),
          octets.uint16(at + 12),
          octets.uint16(at + 14),
          octets.uint8(at + 16));
    }

    void write(OctetWriter out, int type) {
      out.u8(type)
          .u8(LENGTH)
          .u16(systemPriority)
          .mac(system)
          .u16(key)
          .u16(portPriority)
          .u16(port)
          .u8(state)
          .zeros(3);
    }
  }

  private static void expect(Octets octets, int at, int type, int length) {
    if (octets.uint8(at) != type || octets.uint8(at + 1) != length) {
      throw CodecException.malformed(
          "lacp TLV",
          octets.uint8(at) + " of length " + octets.uint8(at + 1),
          type + " of length " + length);
    }
  }

  /** Reads a message. */
  public static Lacp decode(Octets octets) {
    octets.require(FIXED, "lacp");
    if (octets.uint8(0) != SUBTYPE) {
      throw CodecException.malformed("slow protocol", octets.uint8(0), SUBTYPE);
    }
    Participant actor = Participant.read(octets, 2, 1);
    Participant partner = Participant.read(octets, 22, 2);
    expect(octets, 42, 3, 16);
    return new Lacp(octets.uint8(1), actor, partner, octets.uint16(44), octets.from(FIXED));
  }

  @Override
  public byte[] encode() {
    var out = new OctetWriter(LENGTH).u8(SUBTYPE).u8(version);
    actor.write(out, 1);
    partner.write(out, 2);
    return out.u8(3).u8(16).u16(collectorMaxDelay).zeros(12).octets(end).toBytes();
  }
}

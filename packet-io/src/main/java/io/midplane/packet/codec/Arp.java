package io.midplane.packet.codec;

import io.midplane.packet.frame.MacAddress;

/**
 * ARP and RARP for IPv4 over Ethernet (RFC 826).
 *
 * @param operation {@link #REQUEST}, {@link #REPLY} or another; 16 bits
 * @param senderMac hardware address of the sender
 * @param sender its address
 * @param targetMac hardware address of the target
 * @param target its address
 */
public record Arp(
    int operation,
    MacAddress senderMac,
    Ipv4Address sender,
    MacAddress targetMac,
    Ipv4Address target)
    implements Layer {

  /** Who has an address? */
  public static final int REQUEST = 1;

  /** I have. */
  public static final int REPLY = 2;

  private static final int LENGTH = 28;
  private static final int KINDS = 0x00010800;
  private static final int LENGTHS = 0x0604;

  /** Checks the ranges. */
  public Arp {
    FieldRange.check("operation", operation, 0xffff);
  }

  /** Reads a message; what follows is padding. */
  public static Arp decode(Octets octets) {
    octets.require(LENGTH, "arp");
    if (octets.int32(0) != KINDS || octets.uint16(4) != LENGTHS) {
      throw CodecException.malformed(
          "arp", "kinds and lengths " + octets.slice(0, 6).hex(), "IPv4 over Ethernet");
    }
    return new Arp(
        octets.uint16(6),
        Ethernet.mac(octets, 8),
        new Ipv4Address(octets.int32(14)),
        Ethernet.mac(octets, 18),
        new Ipv4Address(octets.int32(24)));
  }

  @Override
  public byte[] encode() {
    return new OctetWriter(LENGTH)
        .u32(KINDS)
        .u16(LENGTHS)
        .u16(operation)
        .mac(senderMac)
        .u32(sender.bits())
        .mac(targetMac)
        .u32(target.bits())
        .toBytes();
  }
}

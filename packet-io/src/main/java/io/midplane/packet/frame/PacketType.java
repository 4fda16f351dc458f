package io.midplane.packet.frame;

/** For whom a frame is, as the receiving interface sees it; in the kernel's order. */
public enum PacketType {
  /** For this interface. */
  HOST,
  /** For all stations. */
  BROADCAST,
  /** For a group of stations. */
  MULTICAST,
  /** For another station; seen by grace of promiscuity or of a link that delivers everything. */
  OTHER_HOST,
  /** Sent by this machine. */
  OUTGOING;

  private static final PacketType[] VALUES = values();

  /** Of the kernel's number; what it has beyond 4, such as its own loopback, is for the host. */
  public static PacketType of(int number) {
    return number >= 0 && number < VALUES.length ? VALUES[number] : HOST;
  }
}

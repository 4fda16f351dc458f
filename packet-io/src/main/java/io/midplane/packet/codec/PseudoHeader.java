package io.midplane.packet.codec;

/**
 * What checksums of TCP, UDP and ICMPv6 cover beside the bytes.
 *
 * @param addresses the sum of both addresses
 * @param protocol number of the protocol
 */
public record PseudoHeader(long addresses, int protocol) {

  /** Of IPv4. */
  public static PseudoHeader of(Ipv4Address source, Ipv4Address destination, int protocol) {
    return new PseudoHeader(sum(source.bits()) + sum(destination.bits()), protocol);
  }

  /** Of IPv6. */
  public static PseudoHeader of(Ipv6Address source, Ipv6Address destination, int protocol) {
    return new PseudoHeader(
        sum(source.high()) + sum(source.low()) + sum(destination.high()) + sum(destination.low()),
        protocol);
  }

  private static long sum(int bits) {
    return (bits >>> 16) + (bits & 0xffff);
  }

  private static long sum(long bits) {
    return sum((int) (bits >>> 32)) + sum((int) bits);
  }

  long sumWith(int length) {
    return addresses + protocol + (length >>> 16) + (length & 0xffff);
  }
}

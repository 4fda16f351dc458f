package io.midplane.packet.codec;

import io.midplane.packet.frame.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The checksum of IP and what it carries: the complement of the sum of 16-bit numbers (RFC 1071).
 */
public final class Checksum {
  private Checksum() {}

  /**
   * Whether a frame has a checksum of IP, or of what IP carries, that is there and wrong. One that
   * the kernel left to the hardware is not there yet, and that of a packet in fragments, or of one
   * that was cut, cannot be known. Blocks: no.
   *
   * @throws CodecException if not even the first header is all there
   */
  public static boolean isWrong(Frame frame) {
    boolean whole = !frame.meta().isTruncated();
    PseudoHeader header = null;
    for (Layer layer : Packets.decode(frame)) {
      switch (layer) {
        case Ipv4 ip -> {
          if (!ip.isChecksumValid()) {
            return true;
          }
          header = ip.pseudoHeader();
          whole &= (ip.fragment() & ~Ipv4.DONT_FRAGMENT) == 0;
        }
        case Ipv6 ip -> {
          header = ip.pseudoHeader();
          whole &= !ip.hasOtherPayload();
        }
        default -> {
          if (whole && !frame.meta().isChecksumNotReady() && isWrong(layer, header)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean isWrong(Layer layer, @Nullable PseudoHeader header) {
    return switch (layer) {
      case Tcp tcp -> header != null && !tcp.isChecksumValid(header);
      case Udp udp -> header != null && !udp.isChecksumValid(header);
      case Icmpv6 icmp -> header != null && !icmp.isChecksumValid(header);
      case Icmp icmp -> !icmp.isChecksumValid();
      case Igmp igmp -> !igmp.isChecksumValid();
      case Ethernet _,
          Llc _,
          Snap _,
          Ipv4 _,
          Ipv6 _,
          Arp _,
          Dhcp _,
          Lldp _,
          Stp _,
          Lacp _,
          Cdp _,
          Edp _ ->
          false;
    };
  }

  /** The sum over bytes; one more is taken for 0 behind an odd number. */
  static long sum(Octets octets) {
    byte[] array = octets.array();
    int at = octets.offset();
    int end = at + octets.length();
    long sum = 0;
    for (; at + 1 < end; at += 2) {
      sum += (array[at] & 0xff) << 8 | array[at + 1] & 0xff;
    }
    return at < end ? sum + ((array[at] & 0xff) << 8) : sum;
  }

  static int complement(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) ~folded & 0xffff;
  }

  /** The checksum to write into bytes where it now is 0; of bytes that have theirs, 0 if right. */
  public static int of(Octets octets) {
    return complement(sum(octets));
  }

  /** The same with a pseudo header before. */
  public static int of(PseudoHeader header, Octets octets) {
    return complement(header.sumWith(octets.length()) + sum(octets));
  }
}

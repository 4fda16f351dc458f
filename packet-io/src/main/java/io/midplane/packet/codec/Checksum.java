package io.midplane.packet.codec;

/**
 * The checksum of IP and what it carries: the complement of the sum of 16-bit numbers (RFC 1071).
 */
public final class Checksum {
  private Checksum() {}

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

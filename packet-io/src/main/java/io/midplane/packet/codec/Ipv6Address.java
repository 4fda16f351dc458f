package io.midplane.packet.codec;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An address of IPv6. Immutable.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record Ipv6Address(long high, long low) {

  /** Reads the usual text, as 2001:db8::1. Names are not looked up. */
  public static Ipv6Address of(String text) {
    try {
      // The brackets keep it from being looked up as a name.
      if (!text.contains("%")
          && InetAddress.getByName("[" + text + "]") instanceof Inet6Address address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return new Ipv6Address(bytes.getLong(), bytes.getLong());
      }
    } catch (UnknownHostException e) {
      // Falls through to the refusal.
    }
    throw CodecException.malformed("IPv6 address", "\"" + text + "\"", "such as 2001:db8::1");
  }

  static Ipv6Address read(Octets octets, int at) {
    return new Ipv6Address(octets.int64(at), octets.int64(at + 8));
  }

  /** In the shortest form (RFC 5952). */
  @Override
  public String toString() {
    int[] words = new int[8];
    for (int i = 0; i < 8; i++) {
      words[i] = (int) ((i < 4 ? high : low) >>> 48 - 16 * (i % 4)) & 0xffff;
    }
    int best = -1;
    int most = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && words[end] == 0) {
        end++;
      }
      if (end - i > most) {
        best = i;
        most = end - i;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == best) {
        text.append("::");
        i += most - 1;
      } else {
        text.append(i == 0 || text.charAt(text.length() - 1) == ':' ? "" : ":");
        text.append(Integer.toHexString(words[i]));
      }
    }
    return text.toString();
  }
}

package io.midplane.packet.codec;

/**
 * An address of IPv4. Immutable.
 *
 * @param bits the four bytes, the first one uppermost
 */
public record Ipv4Address(int bits) {

  /** Reads four numbers with dots. Names are not looked up. */
  public static Ipv4Address of(String text) {
    String[] parts = text.split("\\.", -1);
    int bits = 0;
    for (String part : parts) {
      if (parts.length != 4 || !part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
        throw CodecException.malformed("IPv4 address", "\"" + text + "\"", "such as 192.0.2.1");
      }
      bits = bits << 8 | Integer.parseInt(part);
    }
    return new Ipv4Address(bits);
  }

  /** Four numbers with dots. */
  @Override
  public String toString() {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & 255)
        + "."
        + (bits >>> 8 & 255)
        + "."
        + (bits & 255);
  }
}

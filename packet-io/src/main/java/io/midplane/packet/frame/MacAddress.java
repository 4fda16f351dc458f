package io.midplane.packet.frame;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.HexFormat;

/**
 * A 48-bit hardware address. Immutable.
 *
 * @param bits the six bytes, the first one uppermost
 */
public record MacAddress(long bits) {
  /** Bytes of an address. */
  public static final int LENGTH = 6;

  /** Everybody on the link. */
  public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

  /** Checks that there are no more than 48 bits. */
  public MacAddress {
    if (bits >>> 48 != 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "MAC address: 0x" + Long.toHexString(bits) + " (expected: 48 bits)");
    }
  }

  /**
   * Reads six pairs of hexadecimal digits, separated by colons or hyphens.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the text is anything else
   */
  public static MacAddress of(String text) {
    if (!text.matches("[0-9a-fA-F]{2}(([:-])[0-9a-fA-F]{2}(\\2[0-9a-fA-F]{2}){4})")) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "MAC address: \"" + text + "\" (expected: six bytes as in 01:80:c2:00:00:0e)");
    }
    return new MacAddress(Long.parseLong(text.replaceAll("[:-]", ""), 16));
  }

  /** The six bytes of an array from an offset on. */
  public static MacAddress read(byte[] from, int offset) {
    long bits = 0;
    for (int i = 0; i < LENGTH; i++) {
      bits = bits << 8 | from[offset + i] & 0xff;
    }
    return new MacAddress(bits);
  }

  /** Writes the six bytes into an array. */
  public void write(byte[] into, int offset) {
    for (int i = 0; i < LENGTH; i++) {
      into[offset + i] = (byte) (bits >>> 8 * (LENGTH - 1 - i));
    }
  }

  /** The six bytes. */
  public byte[] bytes() {
    byte[] bytes = new byte[LENGTH];
    write(bytes, 0);
    return bytes;
  }

  /** Whether it names a group of stations; true for broadcast as well. */
  public boolean isGroup() {
    return (bits >>> 40 & 1) != 0;
  }

  /** Whether it names all stations. */
  public boolean isBroadcast() {
    return bits == BROADCAST.bits;
  }

  /** In lower case with colons, as {@code 01:80:c2:00:00:0e}. */
  @Override
  public String toString() {
    return COLONS.formatHex(bytes());
  }
}

package io.midplane.packet.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Part of an array of bytes, without a copy; numbers in it are big-endian. What is asked for beyond
 * its end throws a {@link CodecException}. Do not change the array. Two are equal if their bytes
 * are.
 */
public final class Octets {
  /** No bytes. */
  public static final Octets EMPTY = new Octets(new byte[0], 0, 0);

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int SHOWN = 64;

  private final byte[] array;
  private final int offset;
  private final int length;

  private Octets(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /** All of an array. */
  public static Octets of(byte... bytes) {
    return new Octets(bytes, 0, bytes.length);
  }

  /** Part of an array. */
  public static Octets of(byte[] array, int offset, int length) {
    if (offset < 0 || length < 0 || offset > array.length - length) {
      throw CodecException.malformed(
          "octets", offset + " and " + length + " more", "at most " + array.length);
    }
    return new Octets(array, offset, length);
  }

  /** The bytes of a text in UTF-8. */
  public static Octets ofText(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes of pairs of hexadecimal digits. */
  public static Octets ofHex(String digits) {
    try {
      return of(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw CodecException.malformed("octets", "\"" + digits + "\"", "pairs of hexadecimal digits");
    }
  }

  /** How many bytes there are. */
  public int length() {
    return length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** The array they are in. */
  byte[] array() {
    return array;
  }

  /** Where in the array they begin. */
  int offset() {
    return offset;
  }

  private int at(int index, int width) {
    if (index < 0 || index > length - width) {
      throw CodecException.malformed(
          "octets", "byte " + index + " and " + (width - 1) + " more", "at most " + length);
    }
    return offset + index;
  }

  /** Checks that a header is all here. */
  Octets require(int least, String protocol) {
    if (length < least) {
      throw CodecException.malformed(protocol, length + " bytes", "at least " + least);
    }
    return this;
  }

  /** A byte, 0 to 255. */
  public int uint8(int index) {
    return array[at(index, 1)] & 0xff;
  }

  /** Two bytes as a number, 0 to 65535. */
  public int uint16(int index) {
    return (short) SHORTS.get(array, at(index, 2)) & 0xffff;
  }

  /** Three bytes as a number. */
  public int uint24(int index) {
    int at = at(index, 3);
    return (array[at] & 0xff) << 16 | (array[at + 1] & 0xff) << 8 | array[at + 2] & 0xff;
  }

  /** Four bytes as a number. */
  public int int32(int index) {
    return (int) INTS.get(array, at(index, 4));
  }

  /** Four bytes as a number without sign. */
  public long uint32(int index) {
    return int32(index) & 0xffff_ffffL;
  }

  /** Eight bytes as a number. */
  public long int64(int index) {
    return (long) int32(index) << 32 | uint32(index + 4);
  }

  /** What stands from an index on. */
  public Octets from(int index) {
    return slice(index, length - index);
  }

  /** So many bytes from an index on. */
  public Octets slice(int index, int count) {
    if (count < 0) {
      throw CodecException.malformed("octets", count + " bytes", "at least 0");
    }
    return new Octets(array, at(index, count), count);
  }

  /** A copy. */
  public byte[] toBytes() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /** The bytes as text in UTF-8; what is none becomes a replacement character. */
  public String text() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }

  /** The bytes as pairs of hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(array, offset, offset + length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** The first bytes in hexadecimal. */
  @Override
  public String toString() {
    return length <= SHOWN ? hex() : slice(0, SHOWN).hex() + "… (" + length + " bytes)";
  }
}

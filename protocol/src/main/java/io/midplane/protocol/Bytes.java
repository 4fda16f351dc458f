package io.midplane.protocol;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable sequence of bytes, compared by content: the value of a DATA column. Thread-safe. */
public final class Bytes {
  private static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** Holds a copy of the bytes. */
  public static Bytes of(byte... content) {
    return content.length == 0 ? EMPTY : new Bytes(content.clone());
  }

  /** How many bytes there are. */
  public int length() {
    return content.length;
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return content.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** The bytes in hexadecimal behind {@code 0x}. */
  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(content);
  }
}

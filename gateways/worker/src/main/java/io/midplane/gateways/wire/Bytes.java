package io.midplane.gateways.wire;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A byte string of Python. It is a value, unlike {@code byte[]}: equal by content, so that it can
 * be a key or a member of a set. Immutable. What is read is always this; to write, a {@code byte[]}
 * does as well.
 */
public final class Bytes {
  private static final int SHOWN = 16;

  private final byte[] array;
  private final int offset;
  private final int length;

  private Bytes(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /** A copy of these. */
  public static Bytes of(byte... bytes) {
    return new Bytes(bytes.clone(), 0, bytes.length);
  }

  /** The UTF-8 of a text. */
  public static Bytes ofUtf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Bytes(bytes, 0, bytes.length);
  }

  /** What is between position and limit, copied; the buffer's position stays. */
  public static Bytes of(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return new Bytes(bytes, 0, bytes.length);
  }

  /** A part of an array that nobody changes any more. */
  static Bytes view(byte[] array, int offset, int length) {
    return new Bytes(array, offset, length);
  }

  /** How many there are. */
  public int length() {
    return length;
  }

  /**
   * One of them.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public byte get(int index) {
    return array[offset + java.util.Objects.checkIndex(index, length)];
  }

  /** A copy as an array. */
  public byte[] toArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /** All of them without a copy, read only. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
  }

  /** All of them without a copy. */
  public InputStream asStream() {
    return new ByteArrayInputStream(array, offset, length);
  }

  /** As text in UTF-8; what is none becomes U+FFFD. */
  public String toUtf8() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }

  void copyTo(byte[] target, int position) {
    System.arraycopy(array, offset, target, position, length);
  }

  /** Equal by content. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes bytes
        && Arrays.equals(
            array, offset, offset + length, bytes.array, bytes.offset, bytes.offset + bytes.length);
  }

  /** By content. */
  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** The length and the first few in hexadecimal. */
  @Override
  public String toString() {
    String shown = HexFormat.of().formatHex(array, offset, offset + Math.min(length, SHOWN));
    return "Bytes[" + length + ": " + shown + (length > SHOWN ? "…" : "") + "]";
  }
}

package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing row of bytes, with a limit. */
final class Output {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int FIRST = 256;
  private static final int PREFIX = 1 + Integer.BYTES;

  private final int limit;
  private byte[] bytes;
  private int size;

  /**
   * An empty one.
   *
   * @param expected how many bytes there will be, if that is known, or 0
   */
  Output(int limit, int expected) {
    this.limit = limit;
    this.bytes = new byte[Math.min(limit, expected > 0 ? expected : FIRST)];
  }

  /** What was put; nothing can be put any more. */
  byte[] toArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  void put(byte value) {
    ensure(1);
    bytes[size++] = value;
  }

  void putInt(byte operation, int value) {
    ensure(PREFIX);
    bytes[size] = operation;
    INTS.set(bytes, size + 1, value);
    size += PREFIX;
  }

  void putLong(long value) {
    ensure(Long.BYTES);
    LONGS.set(bytes, size, value);
    size += Long.BYTES;
  }

  /** NaNs keep their bits. */
  void putDouble(byte operation, double value) {
    put(operation);
    putLong(Double.doubleToRawLongBits(value));
  }

  void putBytes(byte operation, byte[] value) {
    putInt(operation, value.length);
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  void putBytes(Bytes value) {
    putInt(Op.BYTES, value.length());
    ensure(value.length());
    value.copyTo(bytes, size);
    size += value.length();
  }

  /** In UTF-8. Most text is ASCII, so that is tried first, in place. */
  void putText(byte operation, String text) {
    int length = text.length();
    ensure((long) PREFIX + length);
    byte[] target = bytes;
    int start = size + PREFIX;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        putUtf8(operation, text, i);
        return;
      }
      target[start + i] = (byte) c;
    }
    putInt(operation, length);
    size = start + length;
  }

  /** The first characters are in their place already. */
  private void putUtf8(byte operation, String text, int ascii) {
    int start = size + PREFIX;
    int end = start + ascii;
    for (int i = ascii; i < text.length(); i++) {
      int c = text.charAt(i);
      if (Character.isHighSurrogate((char) c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        c = Character.toCodePoint((char) c, text.charAt(++i));
      } else if (Character.isSurrogate((char) c)) {
        throw new DumpException(
            "text: half of a surrogate pair at "
                + i
                + " (expected: strings must be utf-8 encodable)");
      }
      ensure((long) end - size + Integer.BYTES);
      end = putCodePoint(end, c);
    }
    putInt(operation, end - start);
    size = end;
  }

  private int putCodePoint(int at, int c) {
    int end = at;
    if (c < 0x80) {
      bytes[end++] = (byte) c;
    } else if (c < 0x800) {
      bytes[end++] = (byte) (0xC0 | (c >> 6));
      bytes[end++] = (byte) (0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      bytes[end++] = (byte) (0xE0 | (c >> 12));
      bytes[end++] = (byte) (0x80 | (c >> 6 & 0x3F));
      bytes[end++] = (byte) (0x80 | (c & 0x3F));
    } else {
      bytes[end++] = (byte) (0xF0 | (c >> 18));
      bytes[end++] = (byte) (0x80 | (c >> 12 & 0x3F));
      bytes[end++] = (byte) (0x80 | (c >> 6 & 0x3F));
      bytes[end++] = (byte) (0x80 | (c & 0x3F));
    }
    return end;
  }

  private void ensure(long more) {
    if (bytes.length - size < more) {
      grow(more);
    }
  }

  private void grow(long more) {
    long needed = size + more;
    if (needed > limit) {
      throw new DumpException(
          ErrorCode.LIMIT_EXCEEDED, "size: " + needed + " bytes (expected: at most " + limit + ")");
    }
    bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(needed, bytes.length * 2L)));
  }
}

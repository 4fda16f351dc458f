package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A window over the bytes of a file that numbers are read from, in the byte order of the file. It
 * grows to the longest record and no further; a record is looked at in place.
 */
final class FileInput implements AutoCloseable {
  private static final int FIRST_SIZE = 1 << 18;
  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final InputStream in;
  private byte[] window = new byte[FIRST_SIZE];
  private int from;
  private int to;

  /** Where in the file the window begins. */
  private long base;

  private boolean isLittle;

  FileInput(InputStream in) {
    this.in = in;
  }

  void order(boolean little) {
    isLittle = little;
  }

  /** Makes so many bytes from the current position on available; false if the file ends before. */
  boolean has(int bytes) {
    return to - from >= bytes || fill(bytes);
  }

  private boolean fill(int bytes) {
    if (window.length - from < bytes) {
      base += from;
      byte[] target = bytes > window.length ? new byte[bytes + FIRST_SIZE] : window;
      System.arraycopy(window, from, target, 0, to - from);
      window = target;
      to -= from;
      from = 0;
    }
    try {
      while (to - from < bytes) {
        int more = in.read(window, to, window.length - to);
        if (more < 0) {
          return false;
        }
        to += more;
      }
    } catch (IOException e) {
      throw new MidplaneException(
          ErrorCode.IO_FAILED, "capture file: cannot be read at byte " + (base + to), e);
    }
    return true;
  }

  /** How many bytes are available at the end of the file. */
  int available() {
    return to - from;
  }

  /** Where in the file the current position is. */
  long position() {
    return base + from;
  }

  /** The array that the current position is in. */
  byte[] array() {
    return window;
  }

  /** Where in the array the current position is. */
  int offset() {
    return from;
  }

  /** A number of 32 bits that stands so far behind the current position. */
  int int32(int at) {
    int value = (int) LITTLE.get(window, from + at);
    return isLittle ? value : Integer.reverseBytes(value);
  }

  /** A number of 16 bits without sign. */
  int int16(int at) {
    int first = window[from + at] & 0xff;
    int second = window[from + at + 1] & 0xff;
    return isLittle ? second << 8 | first : first << 8 | second;
  }

  /** Two numbers of 32 bits, the upper one first, as time stamps are written. */
  long split64(int at) {
    return (long) int32(at) << 32 | int32(at + 4) & 0xffff_ffffL;
  }

  /** A number of 64 bits. */
  long int64(int at) {
    int first = int32(at);
    int second = int32(at + 4);
    return isLittle
        ? (long) second << 32 | first & 0xffff_ffffL
        : (long) first << 32 | second & 0xffff_ffffL;
  }

  byte[] copy(int at, int length) {
    return Arrays.copyOfRange(window, from + at, from + at + length);
  }

  /** Moves past bytes that are available. */
  void skip(int bytes) {
    from += bytes;
  }

  /** Moves past any number of bytes without keeping them; false if the file ends before. */
  boolean skipFar(long bytes) {
    long left = bytes;
    while (left > 0) {
      if (!has(1)) {
        return false;
      }
      int step = (int) Math.min(left, to - from);
      from += step;
      left -= step;
    }
    return true;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new MidplaneException(ErrorCode.IO_FAILED, "capture file: cannot be closed", e);
    }
  }
}

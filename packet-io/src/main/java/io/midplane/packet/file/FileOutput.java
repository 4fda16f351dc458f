package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes on their way into a file, with numbers in the byte order of the file. */
final class FileOutput implements AutoCloseable {
  /**
   * So many bytes are handed on at a time, and end where a multiple of them ends in the file: the
   * system keeps files in pages, and takes whole groups of them fastest.
   */
  private static final int FULL = 1 << 18;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final OutputStream out;
  private final boolean isLittle;
  private final byte[] array;
  private int used;

  /** How many bytes were handed on. */
  private long written;

  private boolean isClosed;

  /** An output whose records have at most so many bytes. */
  FileOutput(OutputStream out, ByteOrder order, int longest) {
    this.out = out;
    this.isLittle = order == ByteOrder.LITTLE_ENDIAN;
    this.array = new byte[FULL + longest];
  }

  /** Makes room for a record; the answer is where it begins in {@link #array}. */
  int begin() {
    requireOpen();
    while (used >= FULL) {
      int rest = FULL - (int) (written % FULL);
      write(rest);
      System.arraycopy(array, rest, array, 0, used - rest);
      used -= rest;
    }
    return used;
  }

  byte[] array() {
    return array;
  }

  /** Takes what stands before a position. */
  void end(int position) {
    used = position;
  }

  void int32(int at, int value) {
    INTS.set(array, at, isLittle ? value : Integer.reverseBytes(value));
  }

  void int16(int at, int value) {
    array[at] = (byte) (isLittle ? value : value >>> 8);
    array[at + 1] = (byte) (isLittle ? value >>> 8 : value);
  }

  void int64(int at, long value) {
    LONGS.set(array, at, isLittle ? value : Long.reverseBytes(value));
  }

  /** Two numbers of 32 bits in one access. */
  void pair32(int at, int first, int second) {
    int64(
        at,
        isLittle
            ? (long) second << 32 | first & 0xffff_ffffL
            : (long) first << 32 | second & 0xffff_ffffL);
  }

  /** The upper half first, as time stamps are written. */
  void split64(int at, long value) {
    pair32(at, (int) (value >>> 32), (int) value);
  }

  void flush() {
    requireOpen();
    write(used);
    used = 0;
    try {
      out.flush();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void requireOpen() {
    if (isClosed) {
      throw new MidplaneException(ErrorCode.CLOSED, "capture file: closed before this call");
    }
  }

  private void write(int bytes) {
    try {
      out.write(array, 0, bytes);
    } catch (IOException e) {
      throw unwritable(e);
    }
    written += bytes;
  }

  private static MidplaneException unwritable(IOException cause) {
    return new MidplaneException(ErrorCode.IO_FAILED, "capture file: cannot be written", cause);
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    try {
      flush();
    } finally {
      isClosed = true;
      closeStream();
    }
  }

  private void closeStream() {
    try {
      out.close();
    } catch (IOException e) {
      throw new MidplaneException(ErrorCode.IO_FAILED, "capture file: cannot be closed", e);
    }
  }
}

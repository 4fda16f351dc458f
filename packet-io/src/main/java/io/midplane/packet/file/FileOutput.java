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
  /** More than this is handed on; small enough to stay in a processor's cache. */
  private static final int FULL = 1 << 16;

  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final OutputStream out;
  private final boolean isLittle;
  private final byte[] array;
  private int used;
  private boolean isClosed;

  /** An output whose records have at most so many bytes. */
  FileOutput(OutputStream out, ByteOrder order, int longest) {
    this.out = out;
    this.isLittle = order == ByteOrder.LITTLE_ENDIAN;
    this.array = new byte[FULL + longest];
  }

  /** Makes room for a record; the answer is where it begins in {@link #array}. */
  int begin() {
    if (used > FULL || isClosed) {
      flush();
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
    if (isLittle) {
      LITTLE.set(array, at, value);
    } else {
      BIG.set(array, at, value);
    }
  }

  void int16(int at, int value) {
    array[at] = (byte) (isLittle ? value : value >>> 8);
    array[at + 1] = (byte) (isLittle ? value >>> 8 : value);
  }

  void int64(int at, long value) {
    int32(isLittle ? at : at + 4, (int) value);
    int32(isLittle ? at + 4 : at, (int) (value >>> 32));
  }

  /** The upper half first, as time stamps are written. */
  void split64(int at, long value) {
    int32(at, (int) (value >>> 32));
    int32(at + 4, (int) value);
  }

  void flush() {
    if (isClosed) {
      throw new MidplaneException(ErrorCode.CLOSED, "capture file: closed before this call");
    }
    try {
      out.write(array, 0, used);
      out.flush();
    } catch (IOException e) {
      throw new MidplaneException(ErrorCode.IO_FAILED, "capture file: cannot be written", e);
    }
    used = 0;
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

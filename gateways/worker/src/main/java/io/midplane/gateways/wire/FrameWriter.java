package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of many threads to one stream, whole and in the order of the calls. A thread
 * that finds nobody writing writes; what others bring meanwhile it takes along, many frames at
 * once, and they go on. So the one who brought a frame need not be the one who learns that the
 * stream broke; whoever comes next does.
 *
 * <p>Blocks: while the stream does, or while more than a mebibyte waits for it.
 */
public final class FrameWriter {
  private static final int FIRST = 1 << 12;
  private static final int MOST_WAITING = 1 << 20;

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private byte[] waiting = new byte[FIRST];
  private int size;
  private byte[] spare = new byte[FIRST];
  private boolean writing;
  private @Nullable IOException failure;

  /** A writer of a stream that nobody else writes to. */
  public FrameWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes a frame.
   *
   * @throws IOException if the stream broke, now or before
   */
  public void write(Frame frame) throws IOException {
    lock.lock();
    try {
      awaitSpace();
      append(frame);
      if (writing) {
        return;
      }
      writing = true;
    } finally {
      lock.unlock();
    }
    writeAll();
  }

  private void awaitSpace() throws IOException {
    while (failure == null && writing && size > MOST_WAITING) {
      written.awaitUninterruptibly();
    }
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  private void append(Frame frame) {
    byte[] payload = frame.payload();
    long needed = (long) size + Frame.HEADER + payload.length;
    if (needed > waiting.length) {
      if (needed > Integer.MAX_VALUE - Long.BYTES) {
        throw new MidplaneException(
            ErrorCode.LIMIT_EXCEEDED, "frame: " + payload.length + " bytes on top of " + size);
      }
      long doubled = Math.max(needed, Math.min(waiting.length * 2L, MOST_WAITING));
      waiting = Arrays.copyOf(waiting, (int) doubled);
    }
    ByteBuffer.wrap(waiting, size, Frame.HEADER + payload.length)
        .put((byte) frame.code().ordinal())
        .putInt(frame.channel())
        .putInt(payload.length)
        .put(payload);
    size += Frame.HEADER + payload.length;
  }

  /** Writes what waits until nothing does. */
  private void writeAll() throws IOException {
    byte[] bytes = spare;
    while (true) {
      int count;
      lock.lock();
      try {
        if (size == 0) {
          writing = false;
          spare = bytes.length > MOST_WAITING ? new byte[FIRST] : bytes;
          return;
        }
        count = size;
        byte[] full = waiting;
        waiting = bytes.length > MOST_WAITING ? new byte[FIRST] : bytes;
        size = 0;
        bytes = full;
        written.signalAll();
      } finally {
        lock.unlock();
      }
      writeOut(bytes, count);
    }
  }

  private void writeOut(byte[] bytes, int count) throws IOException {
    try {
      out.write(bytes, 0, count);
      out.flush();
    } catch (IOException broken) {
      lock.lock();
      try {
        failure = broken;
        writing = false;
        written.signalAll();
      } finally {
        lock.unlock();
      }
      throw broken;
    }
  }
}

package io.midplane.gateways.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of many threads to one stream, whole and in the order of the calls. A thread
 * that finds nobody writing writes; what others bring meanwhile it takes along, many frames at
 * once, and they go on. So the one who brought a frame need not be the one who learns that the
 * stream broke; whoever comes next does.
 *
 * <p>A virtual thread does not write itself: an interrupt while it does would close many a stream.
 * Nor does a thread that wrote a moment ago, unless what came since may have made it write again:
 * while another writes for it, it brings more frames. Who writes for them is no virtual thread
 * either: those that load a class hold all carriers there may be, and it may be theirs that waits.
 *
 * <p>Blocks: while the stream does, or while more than a mebibyte waits for it.
 */
public final class FrameWriter {
  private static final int FIRST = 1 << 12;
  private static final int LARGE = 1 << 14;
  private static final int MOST_WAITING = 1 << 20;
  private static final int MOST_KEPT = 1 << 16;
  private static final int STEP = 1 << 16;

  /** Who writes again so soon will go on, and is better not held up by the stream. */
  private static final long BURST_NANOS = 20_000;

  private static final ExecutorService WRITERS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform()
              .daemon()
              .name("gateway-writer")
              .inheritInheritableThreadLocals(false)
              .factory());

  private final OutputStream out;

  /**
   * A monitor: virtual threads that queue for a {@code ReentrantLock} leave their carriers, and
   * hold up who queues behind them while there is no carrier to come back to.
   */
  private final Object lock = new Object();

  /** What waits: full pieces, then small frames one behind the other. */
  private List<ByteBuffer> pieces = new ArrayList<>();

  private byte[] buffer = new byte[FIRST];
  private int size;
  private long waiting;
  private boolean writing;

  /** How many pieces the stream took. */
  private final AtomicLong taken = new AtomicLong();

  /** Whether the other side sent something since the last frame. */
  private volatile boolean heard;

  private long lastWrite = System.nanoTime() - BURST_NANOS;
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
    boolean others;
    synchronized (lock) {
      awaitSpace();
      append(frame);
      if (writing) {
        return;
      }
      writing = true;
      others = Thread.currentThread().isVirtual() || isBurst();
      heard = false;
    }
    if (others) {
      WRITERS.execute(this::writeForOthers);
    } else {
      writeAll();
    }
  }

  /**
   * Waits until everything is written, or the stream broke. Blocks: so long at most.
   *
   * @return whether everything is written
   */
  public boolean awaitWritten(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (lock) {
      for (long left = timeout.toNanos(); writing && left > 0; left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
      }
      return !writing && failure == null;
    }
  }

  /** Whether all is written. */
  public boolean isWritten() {
    synchronized (lock) {
      return !writing;
    }
  }

  /** How often the stream took something so far. */
  public long taken() {
    return taken.get();
  }

  private boolean isBurst() {
    return !heard && System.nanoTime() - lastWrite < BURST_NANOS;
  }

  /** The other side sent something: what is written next may be the answer, and is due. */
  public void heard() {
    if (!heard) {
      heard = true;
    }
  }

  private void writeForOthers() {
    try {
      writeAll();
    } catch (IOException known) {
      // Remembered; who comes next is told.
    }
  }

  private void awaitSpace() throws IOException {
    boolean interrupted = false;
    while (failure == null && writing && waiting > MOST_WAITING) {
      try {
        lock.wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  private void append(Frame frame) {
    byte[] payload = frame.payload();
    boolean large = payload.length >= LARGE;
    int needed = Frame.HEADER + (large ? 0 : payload.length);
    if (size + needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(size + needed, buffer.length * 2));
    }
    ByteBuffer.wrap(buffer, size, Frame.HEADER)
        .put(frame.code().number())
        .putInt(frame.channel())
        .putInt(payload.length);
    size += Frame.HEADER;
    if (large) {
      pieces.add(ByteBuffer.wrap(buffer, 0, size));
      pieces.add(ByteBuffer.wrap(payload));
      buffer = new byte[FIRST];
      size = 0;
    } else {
      System.arraycopy(payload, 0, buffer, size, payload.length);
      size += payload.length;
    }
    waiting += Frame.HEADER + (long) payload.length;
  }

  /** Writes what waits until nothing does. */
  private void writeAll() throws IOException {
    byte[] spare = new byte[FIRST];
    while (true) {
      List<ByteBuffer> next;
      synchronized (lock) {
        lock.notifyAll();
        if (waiting == 0) {
          writing = false;
          lastWrite = System.nanoTime();
          return;
        }
        next = pieces;
        next.add(ByteBuffer.wrap(buffer, 0, size));
        buffer = spare;
        size = 0;
        pieces = new ArrayList<>();
        waiting = 0;
      }
      writeOut(next);
      byte[] used = next.getLast().array();
      spare = used.length > MOST_KEPT ? new byte[FIRST] : used;
    }
  }

  private void writeOut(List<ByteBuffer> all) throws IOException {
    try {
      for (ByteBuffer piece : all) {
        for (int at = 0; at < piece.limit(); at += STEP) {
          out.write(piece.array(), at, Math.min(STEP, piece.limit() - at));
          taken.lazySet(taken.get() + 1);
        }
      }
      out.flush();
    } catch (IOException | RuntimeException problem) {
      IOException broken =
          problem instanceof IOException known
              ? known
              : new IOException(problem.getMessage(), problem);
      synchronized (lock) {
        failure = broken;
        writing = false;
        lock.notifyAll();
      }
      throw broken;
    }
  }
}

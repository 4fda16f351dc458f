package io.midplane.gateways.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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
  private static final long PAUSE_NANOS = 100_000;

  /** Who writes again so soon will go on, and is better not held up by the stream. */
  private static final long BURST_NANOS = 20_000;

  private static final Executor WRITERS = platformThreads("gateway-writer");

  private final OutputStream out;

  /**
   * Held for moments only, by threads that run, and never queued for: before who queues there may
   * be virtual threads whose turn it is and that have no carrier to take it on.
   */
  private final ReentrantLock lock = new ReentrantLock();

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

  /** Runs each task on a platform thread at once; those that have nothing to do stay a second. */
  public static Executor platformThreads(String name) {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Thread.ofPlatform().daemon().name(name, 1).inheritInheritableThreadLocals(false).factory());
  }

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
    enter();
    try {
      awaitSpace();
      append(frame);
      if (writing) {
        return;
      }
      writing = true;
      others = Thread.currentThread().isVirtual() || isBurst();
      heard = false;
    } finally {
      lock.unlock();
    }
    if (others) {
      handOver();
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
    enter();
    try {
      while (writing && System.nanoTime() < end) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while frames are written");
        }
        pause();
      }
      return !writing && failure == null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether all is written. */
  public boolean isWritten() {
    enter();
    try {
      return !writing;
    } finally {
      lock.unlock();
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

  private void handOver() throws IOException {
    try {
      WRITERS.execute(this::writeForOthers);
    } catch (OutOfMemoryError noThread) {
      throw broken(noThread);
    }
  }

  private void writeForOthers() {
    try {
      writeAll();
    } catch (IOException known) {
      // Remembered; who comes next is told.
    }
  }

  private void enter() {
    while (!lock.tryLock()) {
      Thread.yield();
    }
  }

  /** Lets others have the lock for a while. */
  private void pause() {
    lock.unlock();
    LockSupport.parkNanos(this, PAUSE_NANOS);
    enter();
  }

  private void awaitSpace() throws IOException {
    boolean interrupted = false;
    while (failure == null && writing && waiting > MOST_WAITING) {
      interrupted |= Thread.interrupted();
      pause();
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
      enter();
      try {
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
      } finally {
        lock.unlock();
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
    } catch (Throwable problem) {
      throw broken(problem);
    }
  }

  /** Nobody writes any more; whoever waits, or comes, is told. */
  private IOException broken(Throwable problem) {
    IOException broken =
        problem instanceof IOException known
            ? known
            : new IOException(problem.getMessage(), problem);
    enter();
    try {
      failure = broken;
      writing = false;
    } finally {
      lock.unlock();
    }
    return broken;
  }
}

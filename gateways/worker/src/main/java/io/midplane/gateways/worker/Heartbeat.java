package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.FrameCode;
import io.midplane.gateways.wire.FrameWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether the other side still says something, where no end of a stream would tell: it was stopped,
 * or the connection was cut. Looks now and then; after an interval without anything it asks, and
 * after enough intervals without an answer the other side counts as silent.
 *
 * <p>An interval counts only if this end did its part in it: the reader waited for the other side
 * all the time, what was to be written is written or does not move, and the look came in time. So
 * neither a slow end here, nor a stopped machine, nor a slow connection is taken for silence.
 */
final class Heartbeat {
  private static final int QUESTION = 2 * Integer.BYTES;
  private static final int MOST = 1 << 30;

  private final Link link;
  private final FrameWriter writer;
  private final boolean begins;

  /** One answer at a time is enough, whatever is asked. */
  private final AtomicBoolean answering = new AtomicBoolean();

  /** How often the reader began or ended to wait: odd while it waits for the other side. */
  private final AtomicLong turns = new AtomicLong();

  private volatile boolean withinFrame;
  private @Nullable Link carriedBy;
  private long interval;
  private int allowed;
  private byte[] question = {};
  private long lastTurn;
  private long lastTaken;
  private long heard;
  private long due;
  private int silent;
  private CompletableFuture<Boolean> pause = CompletableFuture.completedFuture(false);

  /**
   * One that does not look yet.
   *
   * @param begins whether it does when the other side asks it to
   */
  Heartbeat(Link link, FrameWriter writer, boolean begins) {
    this.link = link;
    this.writer = writer;
    this.begins = begins;
  }

  /**
   * Reads from the other side. For the reader only. Blocks: as the stream does.
   *
   * @param within whether a frame has begun to come
   */
  int read(InputStream in, byte[] into, boolean within) throws IOException {
    withinFrame = within;
    turns.lazySet(turns.get() + 1);
    int count = in.read(into);
    turns.lazySet(turns.get() + 1);
    return count;
  }

  /** Whether something is on its way for longer than a moment, in either direction. */
  boolean isBusy() {
    return withinFrame || !writer.isWritten();
  }

  /**
   * Begins to look, unless it does.
   *
   * @param both whether to ask the other side to look, too
   * @param carrier of what this link writes and reads; null if nothing else goes the same way
   */
  synchronized void begin(Duration every, Duration silence, boolean both, @Nullable Link carrier) {
    if (interval == 0 && every.isPositive()) {
      interval = every.toNanos();
      allowed = Math.clamp(silence.dividedBy(every), 1, MOST);
      carriedBy = carrier;
      question =
          ByteBuffer.allocate(QUESTION)
              .putInt(both ? (int) every.toMillis() : 0)
              .putInt((int) silence.toMillis())
              .array();
      heard = System.nanoTime();
      later();
    }
  }

  /** Looks no more. */
  synchronized void end() {
    pause.complete(false);
  }

  private void later() {
    due = System.nanoTime() + interval;
    pause = new CompletableFuture<>();
    var unused =
        pause
            .completeOnTimeout(true, interval, TimeUnit.NANOSECONDS)
            .thenAcceptAsync(this::look, link.executor());
  }

  private void look(boolean goOn) {
    boolean over = false;
    boolean ask = false;
    if (goOn && link.ended() == null) {
      synchronized (this) {
        ask = count();
        over = silent > allowed;
        if (!over) {
          later();
        }
      }
    }
    // Without the lock: who ends the link has locks of its own, and a stream may take its time.
    if (over) {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heard);
      link.listener()
          .silent("nothing came for " + millis / 1e3 + " s, in " + allowed + " heartbeats");
    } else if (ask) {
      ask();
    }
  }

  /** Asks the other side for an answer. */
  void ask() {
    if (question.length > 0) {
      link.tryToSend(FrameCode.HEARTBEAT, 0, question);
    }
  }

  /** Counts the interval that is over; whether to ask the other side. */
  private boolean count() {
    long now = System.nanoTime();
    long turn = turns.get();
    long taken = writer.taken();
    boolean written = writer.isWritten();
    boolean readerWaited = turn == lastTurn && turn % 2 == 1;
    boolean carrierBusy = carriedBy != null && carriedBy.isBusy();
    if (!readerWaited || !(written || taken == lastTaken) || carrierBusy) {
      silent = 0;
      heard = now;
    } else if (now - due < interval / 4) {
      silent++;
    }
    lastTurn = turn;
    lastTaken = taken;
    return silent > 0 && written;
  }

  /** The other side asks for an answer, or gives one; that it came is known by {@link #read}. */
  void hear(byte[] payload) {
    if (payload.length == 0) {
      return;
    }
    if (payload.length != QUESTION) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          "heartbeat: " + payload.length + " bytes (expected: 0 or " + QUESTION + ")");
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    if (begins) {
      begin(Duration.ofMillis(in.getInt()), Duration.ofMillis(in.getInt()), false, null);
    }
    // The reader must not wait for a stream, nor the answer for a carrier of virtual threads.
    if (answering.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("gateway-heartbeat").start(this::answer);
    }
  }

  private void answer() {
    link.tryToSend(FrameCode.HEARTBEAT, 0, new byte[0]);
    answering.set(false);
  }
}

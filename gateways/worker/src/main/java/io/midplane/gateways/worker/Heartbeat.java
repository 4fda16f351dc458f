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
import java.util.concurrent.atomic.AtomicLong;

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

  private final Link link;
  private final FrameWriter writer;

  /** How often the reader began or ended to wait: odd while it waits for the other side. */
  private final AtomicLong turns = new AtomicLong();

  private long interval;
  private int allowed;
  private byte[] question = {};
  private long lastTurn;
  private long lastTaken;
  private long heard;
  private long due;
  private int silent;
  private CompletableFuture<Boolean> pause = CompletableFuture.completedFuture(false);

  Heartbeat(Link link, FrameWriter writer) {
    this.link = link;
    this.writer = writer;
  }

  /** Reads from the other side. For the reader only. Blocks: as the stream does. */
  int read(InputStream in, byte[] into) throws IOException {
    turns.lazySet(turns.get() + 1);
    int count = in.read(into);
    turns.lazySet(turns.get() + 1);
    return count;
  }

  /**
   * Begins to look, unless it does.
   *
   * @param both whether to ask the other side to look, too
   */
  synchronized void begin(Duration every, Duration silence, boolean both) {
    if (interval == 0 && every.isPositive()) {
      interval = every.toNanos();
      allowed = (int) Math.max(1, silence.dividedBy(every));
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

  private synchronized void look(boolean goOn) {
    if (!goOn || link.ended() != null) {
      return;
    }
    long now = System.nanoTime();
    long turn = turns.get();
    long taken = writer.taken();
    boolean written = writer.isWritten();
    boolean readerWaited = turn == lastTurn && turn % 2 == 1;
    if (!readerWaited || !(written || taken == lastTaken)) {
      silent = 0;
      heard = now;
    } else if (now - due < interval / 4) {
      silent++;
    }
    lastTurn = turn;
    lastTaken = taken;
    if (silent > allowed) {
      long seconds = TimeUnit.NANOSECONDS.toMillis(now - heard);
      link.listener()
          .silent(
              "nothing came for " + seconds / 1e3 + " s, " + allowed + " heartbeats unanswered");
      return;
    }
    later();
    if (silent > 0 && written) {
      link.tryToSend(FrameCode.HEARTBEAT, 0, question);
    }
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
    begin(Duration.ofMillis(in.getInt()), Duration.ofMillis(in.getInt()), false);
    // The reader must not wait for a stream, nor the answer for a carrier of virtual threads.
    Thread.ofPlatform()
        .daemon()
        .name("gateway-heartbeat")
        .start(() -> link.tryToSend(FrameCode.HEARTBEAT, 0, new byte[0]));
  }
}

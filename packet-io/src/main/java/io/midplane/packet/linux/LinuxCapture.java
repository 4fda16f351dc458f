package io.midplane.packet.linux;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.Fanout;
import io.midplane.packet.link.RxMode;
import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket with its ring, filter and credits. While the reader has no credits left, frames stay in
 * the ring; when that is full the kernel drops and counts.
 */
final class LinuxCapture implements Capture {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxCapture.class);

  private static final int FIRST_FRAMES = 64;
  private static final int FIRST_BYTES = 1 << 14;

  /** How many batches of a full ring go out before others have their turn. */
  private static final int PASSES = 32;

  private final Engine engine;
  private final EngineLoop loop;
  private final Arena arena;
  private final CaptureSettings settings;
  private final CaptureSink sink;
  private final PacketSocket socket;
  private final Ring ring;
  private final Credits credits;

  /** One for all, or one for each credit if batches are filled anew. */
  private final @Nullable BatchBuilder[] builders;

  // All below: the engine's thread only, except what is volatile.
  private final DropTally tally = new DropTally(System.nanoTime());
  private long received;
  private long number;
  private @Nullable Recheck recheck;
  private @Nullable CaptureStatistics atEnd;
  private volatile boolean starved;

  private LinuxCapture(
      EngineLoop loop,
      Arena arena,
      CaptureSettings settings,
      CaptureSink sink,
      PacketSocket socket,
      Ring ring) {
    this.loop = loop;
    this.arena = arena;
    this.engine = loop.engine();
    this.settings = settings;
    this.sink = sink;
    this.socket = socket;
    this.ring = ring;
    this.credits = new Credits(settings.credits());
    this.builders = new BatchBuilder[settings.pooled() ? settings.credits() : 1];
  }

  /** Opens it in the order in which nothing is seen before the filter is there. */
  static LinuxCapture open(
      EngineLoop loop,
      String name,
      int ifindex,
      int slot,
      BpfProgram filter,
      CaptureSettings settings,
      CaptureSink sink) {
    Arena arena = Arena.ofConfined();
    PacketSocket socket = null;
    Ring ring = null;
    try {
      socket = PacketSocket.open(name, arena, loop.state());
      if (!settings.includeOutgoing()) {
        socket.ignoreOutgoing();
      }
      ring = ring(socket, settings, slot);
      socket.filter(filter);
      socket.bind(PacketSocket.ALL_PROTOCOLS, ifindex);
      Fanout fanout = settings.fanout();
      if (fanout != null) {
        socket.fanout(fanout);
      }
      var capture = new LinuxCapture(loop, arena, settings, sink, socket, ring);
      loop.add(capture);
      return capture;
    } catch (RuntimeException e) {
      if (ring != null) {
        ring.unmap();
      }
      if (socket != null) {
        socket.close();
      }
      arena.close();
      throw e;
    }
  }

  private static Ring ring(PacketSocket socket, CaptureSettings settings, int slot) {
    return switch (settings.mode()) {
      case RxMode.Immediate(var asked) ->
          SlotRing.open(socket, asked == 0 ? slot : asked, settings.ringBytes());
      case RxMode.Bulk(var millis) -> BlockRing.open(socket, millis, settings.ringBytes());
    };
  }

  int fd() {
    return socket.fd();
  }

  // ---- frames

  /**
   * Hands over what there is, as far as the credits go; returns how many frames came one by one.
   */
  int pass() {
    int all = 0;
    for (int i = 0; i < PASSES && atEnd == null; i++) {
      int moved = passOnce();
      all += moved;
      if (moved == 0 || ring instanceof SlotRing && moved < settings.batchFrames()) {
        break;
      }
    }
    return ring instanceof SlotRing ? all : 0;
  }

  private int passOnce() {
    int place = credits.free();
    if (place < 0) {
      starved = true;
      place = credits.free(); // one may have come before the reader could see that it is starved
      if (place < 0) {
        tally.expect();
        return 0;
      }
    }
    starved = false;
    BatchBuilder builder = builder(place);
    builder.clear();
    int moved = ring.drain(builder, settings.batchFrames());
    if (moved > 0) {
      tally.expect();
      FrameBatch batch = settings.pooled() ? builder.view() : builder.toBatch();
      deliver(place, recheck == null ? batch : recheck(recheck, batch));
    }
    return moved;
  }

  private BatchBuilder builder(int place) {
    int index = settings.pooled() ? place : 0;
    BatchBuilder builder = builders[index];
    if (builder == null) {
      builder = new BatchBuilder(FIRST_FRAMES, FIRST_BYTES);
      builders[index] = builder;
    }
    return builder;
  }

  private @Nullable FrameBatch recheck(Recheck again, FrameBatch batch) {
    if (again.isOverAfter(batch)) {
      recheck = null;
    }
    return again.apply(batch);
  }

  private void deliver(int place, @Nullable FrameBatch batch) {
    if (batch == null) {
      return;
    }
    received += batch.size();
    number++;
    credits.take(place, number);
    try {
      sink.frames(batch, number);
    } catch (RuntimeException e) {
      LOG.warn("PKT-0103 a reader of frames failed for a batch of {}", batch.size(), e);
      var unused = credits.giveBack(number);
    }
  }

  boolean isStarved() {
    return starved;
  }

  boolean hasCredit() {
    return credits.free() >= 0;
  }

  // ---- counters

  /** As that of the tally. */
  long untilTelling(long now) {
    return tally.untilTelling(now);
  }

  /** Tells of drops if there are some, and a second has passed since the last time. */
  void tellDrops(long now) {
    if (tally.untilTelling(now) > 0) {
      return;
    }
    socket.statistics(tally);
    long more = tally.tell(now);
    if (more > 0) {
      sink.drops(more, tally.total());
    }
  }

  void takeError() {
    int unused = socket.takeError();
  }

  private CaptureStatistics count() {
    CaptureStatistics last = atEnd;
    if (last != null) {
      return last;
    }
    socket.statistics(tally);
    return new CaptureStatistics(received, tally.total());
  }

  /** Gives everything back and says so; again is harmless. */
  CaptureStatistics end() {
    CaptureStatistics last = atEnd;
    if (last == null) {
      last = count();
      atEnd = last;
      ring.unmap();
      socket.close();
      arena.close();
      sink.closed(last);
    }
    return last;
  }

  // ---- for other threads

  @Override
  public void acknowledge(long batch) {
    if (credits.giveBack(batch) && starved) {
      engine.wake();
    }
  }

  @Override
  public CompletableFuture<Void> filter(BpfProgram program) {
    return engine.submit(() -> {
      if (atEnd != null) {
        throw Failures.gone("the capture");
      }
      socket.filter(program);
      recheck = Recheck.now(program);
      return null;
    });
  }

  @Override
  public CompletableFuture<CaptureStatistics> statistics() {
    return engine.<CaptureStatistics>submit(this::count).exceptionally(this::atEnd);
  }

  @Override
  public CompletableFuture<CaptureStatistics> close() {
    return engine.<CaptureStatistics>submit(() -> loop.remove(this)).exceptionally(this::atEnd);
  }

  /** The engine has ended, and this with it. */
  private CaptureStatistics atEnd(Throwable late) {
    CaptureStatistics last = atEnd;
    return last == null ? CaptureStatistics.NONE : last;
  }
}

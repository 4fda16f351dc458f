package io.midplane.packet.segment;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.ThreadMark;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.FrameFacts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A capture in memory, with a bounded ring and credits as those of the kernel. Whoever brings a
 * frame or a credit hands over what can be handed over, one thread at a time.
 */
final class MemoryCapture implements Capture {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryCapture.class);
  private static final ThreadMark SERVING = ThreadMark.nonBlocking("the frames of a segment");
  private static final Duration TELLING = Duration.ofSeconds(1);

  /** What a frame takes of the ring, as a slot of the kernel's does. */
  private static final int SLOT = 2048;

  private final int ifindex;
  private final SegmentClock clock;
  private final CaptureSettings settings;
  private final CaptureSink sink;
  private final Consumer<? super MemoryCapture> onEnd;
  private final int room;
  private final AtomicInteger work = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Deque<Frame> ring = new ArrayDeque<>();
  private final Map<Long, BatchBuilder> out = new HashMap<>();
  private final Deque<BatchBuilder> builders = new ArrayDeque<>();
  private final Deque<Runnable> changes = new ArrayDeque<>();
  private BpfProgram filter;
  private long number;
  private long received;
  private long dropped;
  private long told;
  private boolean tellingLater;
  private boolean ended;
  private boolean endTold;
  private @Nullable CompletableFuture<CaptureStatistics> ending;

  MemoryCapture(
      int ifindex,
      SegmentClock clock,
      BpfProgram filter,
      CaptureSettings settings,
      CaptureSink sink,
      Consumer<? super MemoryCapture> onEnd) {
    this.ifindex = ifindex;
    this.clock = clock;
    this.filter = filter;
    this.settings = settings;
    this.sink = sink;
    this.onEnd = onEnd;
    this.room = settings.ringBytes() / SLOT;
  }

  static MidplaneException closed() {
    return new MidplaneException(ErrorCode.CLOSED, "the port is closed; open it anew");
  }

  boolean sees(int from, boolean outgoing) {
    return (ifindex == 0 || ifindex == from) && (!outgoing || settings.includeOutgoing());
  }

  /** A frame comes by. */
  void offer(Frame frame) {
    lock.lock();
    try {
      if (ended || !FrameFacts.wants(filter, frame)) {
        return;
      }
      if (ring.size() < room) {
        ring.add(frame);
      } else {
        dropped++;
      }
    } finally {
      lock.unlock();
    }
    serve();
  }

  /** Does what there is to do, unless another thread is at it, which then does this too. */
  private void serve() {
    if (work.getAndIncrement() > 0) {
      return;
    }
    ThreadMark before = SERVING.enter();
    try {
      int done = 1;
      do {
        handOver();
        done = work.addAndGet(-done);
      } while (done != 0);
    } finally {
      ThreadMark.leave(before);
    }
  }

  private void handOver() {
    do {
      changeFilter();
    } while (handOverOne());
    tellDrops();
    tellEnd();
  }

  private boolean handOverOne() {
    BatchBuilder builder;
    long batch;
    lock.lock();
    try {
      if (ended || ring.isEmpty() || out.size() >= settings.credits()) {
        return false;
      }
      builder = builders.isEmpty() ? new BatchBuilder(8, 512) : builders.removeFirst();
      builder.clear();
      while (builder.size() < settings.batchFrames() && !ring.isEmpty()) {
        builder.add(ring.removeFirst());
      }
      number++;
      batch = number;
      out.put(batch, builder);
      received += builder.size();
    } finally {
      lock.unlock();
    }
    give(settings.pooled() ? builder.view() : builder.toBatch(), batch);
    return true;
  }

  private void give(FrameBatch frames, long batch) {
    try {
      sink.frames(frames, batch);
    } catch (RuntimeException e) {
      LOG.warn("PKT-0103 a reader of frames failed for a batch of {}", frames.size(), e);
      acknowledge(batch);
    }
  }

  private void tellDrops() {
    long more;
    long total;
    lock.lock();
    try {
      if (ended || dropped == told || tellingLater) {
        return;
      }
      more = dropped - told;
      total = dropped;
      told = dropped;
      tellingLater = true;
    } finally {
      lock.unlock();
    }
    sink.drops(more, total);
    clock.after(TELLING, this::mayTellAgain);
  }

  private void mayTellAgain() {
    lock.lock();
    try {
      tellingLater = false;
    } finally {
      lock.unlock();
    }
    serve();
  }

  private void tellEnd() {
    CompletableFuture<CaptureStatistics> toComplete;
    CaptureStatistics last;
    lock.lock();
    try {
      if (!ended || endTold || ending == null) {
        return;
      }
      endTold = true;
      toComplete = ending;
      last = new CaptureStatistics(received, dropped);
    } finally {
      lock.unlock();
    }
    onEnd.accept(this);
    sink.closed(last);
    toComplete.complete(last);
  }

  @Override
  public void acknowledge(long batch) {
    lock.lock();
    try {
      BatchBuilder builder = out.remove(batch);
      if (builder == null) {
        return;
      }
      builders.add(builder);
    } finally {
      lock.unlock();
    }
    serve();
  }

  /** The thread that hands over changes it, so that no batch of the old filter is on its way. */
  @Override
  public CompletableFuture<Void> filter(BpfProgram program) {
    var done = new CompletableFuture<Void>();
    lock.lock();
    try {
      if (ended) {
        return CompletableFuture.failedFuture(closed());
      }
      changes.add(() -> change(program, done));
    } finally {
      lock.unlock();
    }
    serve();
    return done;
  }

  private void change(BpfProgram program, CompletableFuture<Void> done) {
    lock.lock();
    try {
      filter = program;
      ring.removeIf(frame -> !FrameFacts.wants(program, frame));
    } finally {
      lock.unlock();
    }
    done.complete(null);
  }

  private void changeFilter() {
    Runnable change;
    do {
      lock.lock();
      try {
        change = changes.poll();
      } finally {
        lock.unlock();
      }
      if (change != null) {
        change.run();
      }
    } while (change != null);
  }

  @Override
  public CompletableFuture<CaptureStatistics> statistics() {
    lock.lock();
    try {
      return CompletableFuture.completedFuture(new CaptureStatistics(received, dropped));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletableFuture<CaptureStatistics> close() {
    CompletableFuture<CaptureStatistics> result;
    lock.lock();
    try {
      ended = true;
      ring.clear();
      if (ending == null) {
        ending = new CompletableFuture<>();
      }
      result = ending;
    } finally {
      lock.unlock();
    }
    serve();
    return result;
  }
}

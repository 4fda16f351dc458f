package io.midplane.packet;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.FrameFacts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who reads an interface's frames out of a {@link SharedCapture}, with credits and counters of
 * its own. Without credits one batch is put together; what is beyond that is dropped and counted,
 * and holds up no other reader. Whoever brings a frame, a credit or a change does what there is to
 * do, one thread at a time.
 */
final class SharedReader implements Capture {
  private static final Logger LOG = LoggerFactory.getLogger(SharedReader.class);
  private static final long TELLING = TimeUnit.SECONDS.toNanos(1);
  private static final int FIRST_FRAMES = 8;
  private static final int FIRST_BYTES = 1024;

  private final SharedCapture shared;
  private final String interfaceName;
  private final CaptureSettings settings;
  private final CaptureSink sink;
  private final AtomicInteger work = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final BatchBuilder waiting = new BatchBuilder(FIRST_FRAMES, FIRST_BYTES);
  private final Set<Long> out = new HashSet<>();
  private final Deque<Runnable> changes = new ArrayDeque<>();
  private long number;
  private long received;
  private long dropped;
  private long told;
  private long nextTelling = System.nanoTime();
  private boolean ended;
  private boolean endTold;

  private final CompletableFuture<CaptureStatistics> ending = new CompletableFuture<>();
  private volatile BpfProgram filter;

  SharedReader(
      SharedCapture shared,
      String interfaceName,
      BpfProgram filter,
      CaptureSettings settings,
      CaptureSink sink) {
    this.shared = shared;
    this.interfaceName = interfaceName;
    this.filter = filter;
    this.settings = settings;
    this.sink = sink;
  }

  String interfaceName() {
    return interfaceName;
  }

  BpfProgram filter() {
    return filter;
  }

  /** A frame of its interface, which it may want. */
  void offer(FrameBatch batch, int index) {
    if (!FrameFacts.wants(filter, batch, index)) {
      return;
    }
    if (!add(batch, index, false)) {
      serve();
      boolean unused = add(batch, index, true);
    }
  }

  private boolean add(FrameBatch batch, int index, boolean elseDrop) {
    lock.lock();
    try {
      boolean fits = waiting.size() < settings.batchFrames();
      if (ended) {
        return true;
      }
      if (fits) {
        waiting.add(batch, index);
      } else if (elseDrop) {
        dropped++;
      }
      return fits;
    } finally {
      lock.unlock();
    }
  }

  /** Does what there is to do, unless another thread is at it, which then does this too. */
  void serve() {
    if (work.getAndIncrement() > 0) {
      return;
    }
    int done = 1;
    do {
      change();
      handOver();
      tellDrops();
      tellEnd();
      done = work.addAndGet(-done);
    } while (done != 0);
  }

  private void handOver() {
    FrameBatch batch = null;
    long current;
    lock.lock();
    try {
      if (!ended && waiting.size() > 0 && out.size() < settings.credits()) {
        batch = waiting.toBatch();
        waiting.clear();
        number++;
        out.add(number);
        received += batch.size();
      }
      current = number;
    } finally {
      lock.unlock();
    }
    if (batch != null) {
      give(batch, current);
    }
  }

  private void give(FrameBatch batch, long current) {
    try {
      sink.frames(batch, current);
    } catch (RuntimeException e) {
      LOG.warn("PKT-0103 a reader of frames failed for a batch of {}", batch.size(), e);
      acknowledge(current);
    }
  }

  private void tellDrops() {
    long more;
    long total;
    lock.lock();
    try {
      long now = System.nanoTime();
      if (ended || dropped == told || nextTelling - now > 0) {
        return;
      }
      nextTelling = now + TELLING;
      more = dropped - told;
      total = dropped;
      told = dropped;
    } finally {
      lock.unlock();
    }
    sink.drops(more, total);
  }

  private void tellEnd() {
    CaptureStatistics counters;
    lock.lock();
    try {
      if (!ended || endTold) {
        return;
      }
      endTold = true;
      counters = new CaptureStatistics(received, dropped);
    } finally {
      lock.unlock();
    }
    sink.closed(counters);
    ending.complete(counters);
  }

  private void change() {
    @Nullable Runnable next;
    do {
      lock.lock();
      try {
        next = changes.poll();
      } finally {
        lock.unlock();
      }
      if (next != null) {
        next.run();
      }
    } while (next != null);
  }

  @Override
  public void acknowledge(long batch) {
    lock.lock();
    try {
      if (!out.remove(batch)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    serve();
  }

  /** Whoever hands over changes it, so that no batch of the old filter is on its way then. */
  @Override
  public CompletableFuture<Void> filter(BpfProgram program) {
    var changed = new CompletableFuture<Void>();
    lock.lock();
    try {
      if (ended) {
        return CompletableFuture.failedFuture(
            new MidplaneException(ErrorCode.CLOSED, "the subscription is closed; make another"));
      }
      changes.add(() -> {
        replace(program);
        changed.complete(null);
      });
    } finally {
      lock.unlock();
    }
    serve();
    return changed.thenCompose(done -> shared.adapt());
  }

  private void replace(BpfProgram program) {
    lock.lock();
    try {
      filter = program;
      FrameBatch before = waiting.toBatch();
      waiting.clear();
      for (int i = 0; i < before.size(); i++) {
        if (FrameFacts.wants(program, before, i)) {
          waiting.add(before, i);
        }
      }
    } finally {
      lock.unlock();
    }
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
    end();
    shared.remove(this);
    return ending;
  }

  /** No frame is handed over any more. */
  void end() {
    lock.lock();
    try {
      ended = true;
      waiting.clear();
    } finally {
      lock.unlock();
    }
    serve();
  }
}

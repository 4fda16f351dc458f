package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.Link;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The captures of a port, and the counters of all there ever were. Thread-safe. */
final class Captures {
  private final Link link;
  private final Set<Capture> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<CaptureStatistics> ofClosed =
      new AtomicReference<>(CaptureStatistics.NONE);

  Captures(Link link) {
    this.link = link;
  }

  /** Starts one. */
  CompletableFuture<Capture> start(BpfProgram filter, CaptureSettings settings, CaptureSink sink) {
    var counted = new Counted(sink);
    return link.capture(filter, settings, counted)
        .thenApply(capture -> {
          open.add(capture);
          counted.of = capture;
          if (counted.ended) {
            open.remove(capture);
          }
          return capture;
        });
  }

  CompletableFuture<CaptureStatistics> statistics() {
    List<Capture> counted = List.copyOf(open);
    var sum = CompletableFuture.completedFuture(ofClosed.get());
    for (Capture capture : counted) {
      sum = sum.thenCombine(capture.statistics(), CaptureStatistics::plus);
    }
    return sum;
  }

  /** Adds the counters to those of the port when it ends. */
  private final class Counted implements CaptureSink {
    private final CaptureSink sink;
    private volatile @Nullable Capture of;
    private volatile boolean ended;

    Counted(CaptureSink sink) {
      this.sink = sink;
    }

    @Override
    public void frames(FrameBatch batch, long number) {
      sink.frames(batch, number);
    }

    @Override
    public void drops(long more, long total) {
      sink.drops(more, total);
    }

    @Override
    public void closed(CaptureStatistics statistics) {
      ended = true;
      Capture capture = of;
      if (capture != null) {
        open.remove(capture);
      }
      ofClosed.updateAndGet(statistics::plus);
      sink.closed(statistics);
    }
  }
}

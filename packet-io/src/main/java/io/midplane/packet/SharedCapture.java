package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One capture of all interfaces, divided among readers of single ones: one ring, whatever their
 * number. It runs while there is a reader, and its filter wants what any of them wants; which
 * frames are whose is looked up by the name that the interface has when they come. Thread-safe.
 */
final class SharedCapture implements CaptureSink {
  private final Link link;
  private final Captures captures;
  private final CaptureSettings settings;
  private final List<SharedReader> readers = new CopyOnWriteArrayList<>();

  /** The steps that change the capture, one behind the other. Guarded by this object's lock. */
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  /** Batches that came before it was known whom to give them back to. Guarded by itself. */
  private final List<Long> owed = new ArrayList<>();

  private volatile @Nullable Capture capture;
  private volatile boolean ending;

  SharedCapture(Link link, Captures captures, CaptureSettings settings) {
    this.link = link;
    this.captures = captures;
    this.settings = settings;
  }

  /** A reader of an interface; completes once it misses nothing. */
  CompletableFuture<Capture> start(
      String interfaceName, BpfProgram filter, CaptureSettings own, CaptureSink sink) {
    var reader = new SharedReader(this, interfaceName, filter, own, sink);
    readers.add(reader);
    return adapt()
        .handle((done, failure) -> {
          if (failure == null) {
            return CompletableFuture.<Capture>completedFuture(reader);
          }
          readers.remove(reader);
          return CompletableFuture.<Capture>failedFuture(failure);
        })
        .thenCompose(result -> result);
  }

  void remove(SharedReader reader) {
    if (readers.remove(reader)) {
      var unused = adapt();
    }
  }

  /**
   * Has the capture want what the readers of now want, starts it for the first, ends it without.
   */
  synchronized CompletableFuture<Void> adapt() {
    var step = last.handle((done, failure) -> step()).thenCompose(result -> result);
    last = step;
    return step;
  }

  private CompletableFuture<Void> step() {
    List<PortFilter> wanted =
        readers.stream().map(SharedReader::filter).distinct().map(PortFilter::copy).toList();
    Capture running = capture;
    if (wanted.isEmpty()) {
      ending = true;
      capture = null;
      return running == null
          ? CompletableFuture.completedFuture(null)
          : running.close().thenAccept(counters -> {});
    }
    try {
      BpfProgram union = FilterUnion.of(wanted, false);
      if (running != null) {
        return running.filter(union);
      }
      ending = false;
      return captures.start(union, settings, this).thenAccept(this::started);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void started(Capture running) {
    synchronized (owed) {
      capture = running;
      owed.forEach(running::acknowledge);
      owed.clear();
    }
  }

  private void acknowledge(long number) {
    synchronized (owed) {
      Capture running = capture;
      if (running == null) {
        owed.add(number);
      } else {
        running.acknowledge(number);
      }
    }
  }

  @Override
  public void frames(FrameBatch batch, long number) {
    int ifindex = 0;
    String name = "";
    for (int i = 0; i < batch.size(); i++) {
      if (batch.ifindex(i) != ifindex) {
        ifindex = batch.ifindex(i);
        name = link.address(ifindex).interfaceName();
      }
      for (SharedReader reader : readers) {
        if (reader.interfaceName().equals(name)) {
          reader.offer(batch, i);
        }
      }
    }
    readers.forEach(SharedReader::serve);
    acknowledge(number);
  }

  /** Whose they were nobody knows: they are counted by the port. */
  @Override
  public void drops(long more, long total) {}

  @Override
  public void closed(CaptureStatistics statistics) {
    synchronized (owed) {
      owed.clear();
    }
    if (!ending) {
      readers.forEach(SharedReader::end); // the port is closed
    }
  }
}

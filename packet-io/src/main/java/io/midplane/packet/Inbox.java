package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.Link;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a port receives by its named filters: a capture that starts with the first of them, and the
 * queue that is read from. Changes of the filters happen one after the other.
 */
final class Inbox {
  private final Link link;
  private final Captures captures;
  private final CaptureSettings settings;
  private final FrameQueue queue;

  // Guarded by this object's lock.
  private PortFilters filters;
  private @Nullable Capture capture;
  private CompletableFuture<?> lastChange = CompletableFuture.completedFuture(null);

  Inbox(Link link, Captures captures, CaptureSettings settings, Runnable onNews) {
    this.link = link;
    this.captures = captures;
    this.settings =
        settings.pooled()
            ? new CaptureSettings(
                settings.mode(),
                settings.ringBytes(),
                settings.credits(),
                settings.batchFrames(),
                false,
                settings.includeOutgoing(),
                settings.fanout())
            : settings;
    this.filters = PortFilters.none(settings.includeOutgoing());
    this.queue = new FrameQueue(onNews);
  }

  /** How frames for a queue are captured. */
  CaptureSettings settings() {
    return settings;
  }

  FrameQueue queue() {
    return queue;
  }

  synchronized PortFilters filters() {
    return filters;
  }

  /** Changes the filters; completes when frames come by the new ones only. */
  synchronized CompletableFuture<Void> change(UnaryOperator<PortFilters> change) {
    CompletableFuture<Void> changed =
        lastChange.handle((done, failure) -> null).thenCompose(ready -> apply(change));
    lastChange = changed;
    return changed;
  }

  private CompletableFuture<Void> apply(UnaryOperator<PortFilters> change) {
    PortFilters before = filters();
    PortFilters after = change.apply(before);
    BpfProgram program = after.program();
    link.consume(this, after.consumed());
    set(after);
    return start(program)
        .thenAccept(started -> queue.keepOnly(program))
        .whenComplete((done, failure) -> {
          if (failure != null) {
            set(before);
            link.consume(this, before.consumed());
          }
        });
  }

  private synchronized void set(PortFilters now) {
    filters = now;
  }

  private CompletableFuture<Void> start(BpfProgram program) {
    Capture running;
    synchronized (this) {
      running = capture;
    }
    if (running != null) {
      return running.filter(program);
    }
    return captures
        .start(program, settings, queue)
        .thenAccept(started -> {
          queue.of(started);
          synchronized (this) {
            capture = started;
          }
        });
  }

  void close() {
    link.consume(this, null);
    queue.end();
  }
}

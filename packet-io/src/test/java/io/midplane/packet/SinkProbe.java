package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Keeps what a capture hands over. */
final class SinkProbe implements CaptureSink {
  private final List<FrameBatch> batches = new ArrayList<>();
  private final List<Long> unacknowledged = new ArrayList<>();
  private FrameSubscription acknowledgeTo;
  private long frames;
  private long dropped;
  private long differences;
  private boolean closed;

  @Override
  public synchronized void frames(FrameBatch batch, long number) {
    assertThat(closed).as("nothing comes after the end").isFalse();
    batches.add(batch);
    frames += batch.size();
    if (acknowledgeTo == null) {
      unacknowledged.add(number);
    } else {
      acknowledgeTo.acknowledge(number);
    }
    notifyAll();
  }

  @Override
  public synchronized void drops(long more, long total) {
    differences += more;
    dropped = total;
  }

  @Override
  public synchronized void closed(CaptureStatistics statistics) {
    closed = true;
  }

  /** From now on gives every credit back at once. */
  void acknowledgeAllTo(FrameSubscription subscription) {
    List<Long> owed;
    synchronized (this) {
      acknowledgeTo = subscription;
      owed = List.copyOf(unacknowledged);
      unacknowledged.clear();
    }
    owed.forEach(subscription::acknowledge);
  }

  /** Ends the subscription that it acknowledges to. */
  void end() {
    FrameSubscription subscription;
    synchronized (this) {
      subscription = acknowledgeTo;
    }
    subscription.close();
  }

  synchronized int batches() {
    return batches.size();
  }

  synchronized FrameBatch batch(int index) {
    return batches.get(index);
  }

  synchronized long frames() {
    return frames;
  }

  synchronized List<Frame> framesFrom(int batch) {
    return batches.subList(batch, batches.size()).stream()
        .flatMap(each -> each.frames().stream())
        .toList();
  }

  synchronized long droppedInAll() {
    return dropped;
  }

  synchronized long droppedByDifferences() {
    return differences;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  void awaitBatches(int count) {
    await(() -> batches.size() >= count, count + " batches");
  }

  void awaitFrames(long count) {
    await(() -> frames >= count, count + " frames");
  }

  /**
   * Woken by what it waits for: tests do so after every frame, and a poll would take their time.
   */
  private synchronized void await(BooleanSupplier condition, String what) {
    long until = System.nanoTime() + PortContract.LONG.toNanos();
    while (!condition.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      assertThat(left)
          .as("%s, of %d in %d batches so far", what, frames, batches.size())
          .isPositive();
      try {
        wait(left);
      } catch (InterruptedException interrupted) {
        throw new AssertionError("interrupted while waiting for " + what, interrupted);
      }
    }
  }
}

package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

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
    Awaitility.await().atMost(PortContract.LONG).until(() -> batches() >= count);
  }

  void awaitFrames(long count) {
    Awaitility.await()
        .atMost(PortContract.LONG)
        .untilAsserted(() -> assertThat(frames()).isGreaterThanOrEqualTo(count));
  }
}

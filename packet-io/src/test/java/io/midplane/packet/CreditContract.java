package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureStatistics;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Credits, and counters of what was lost for want of them, whatever carries the frames. */
abstract class CreditContract extends WiredContract {
  private static final CaptureSettings SMALL_RING =
      CaptureSettings.defaults().withRingBytes(64 << 10).withBatchFrames(8);

  @Test
  @DisplayName("P6: a stream that is not read is bounded, and its losses are counted")
  void shouldBoundTheStream() {
    int sent = 20_000;
    try (var right = wiring.right(Frames.type(Frames.TYPE), options().withCapture(SMALL_RING))) {
      for (int i = 0; i < sent; i += 500) {
        send(i, 500);
      }

      int read = 0;
      for (Frame frame : right.frames(NONE_EXPECTED)) {
        assertThat(frame.ethertype()).isEqualTo(Frames.TYPE);
        read++;
      }
      CaptureStatistics counters = right.statistics();
      assertThat(counters.received()).isEqualTo(read);
      assertThat(counters.dropped()).isPositive().isEqualTo(sent - read);
    }
  }

  @Test
  @DisplayName("27: without credits frames wait and then drop; received and dropped are all sent")
  void shouldBoundWhatIsQueued() {
    var probe = new SinkProbe();
    int sent = 20_000;
    try (var right = wiring.right(options());
        var subscription = subscribe(right, SMALL_RING, probe)) {
      for (int i = 0; i < sent; i += 500) {
        send(i, 500);
      }
      probe.awaitBatches(16);
      assertThat(probe.batches()).isEqualTo(16);

      probe.acknowledgeAllTo(subscription);
      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(() -> {
            CaptureStatistics statistics = subscription.statistics();
            assertThat(statistics.dropped()).isPositive();
            assertThat(statistics.received() + statistics.dropped()).isEqualTo(sent);
          });
      assertThat(probe.frames()).isEqualTo(subscription.statistics().received());
    }
  }

  @Test
  @DisplayName("28, P8: a slow reader does not hold up a fast one")
  void shouldKeepReadersApart() {
    var slow = new SinkProbe();
    var fast = new SinkProbe();
    try (var right = wiring.right(options());
        var first = subscribe(right, SMALL_RING, slow);
        var second = subscribe(right, CaptureSettings.defaults(), fast)) {
      fast.acknowledgeAllTo(second);
      for (int i = 0; i < 2000; i += 50) {
        send(i, 50);
        fast.awaitFrames(i + 50);
      }

      assertThat(second.statistics()).isEqualTo(new CaptureStatistics(2000, 0));
      assertThat(first.statistics().dropped()).isPositive();
    }
  }

  @Test
  @DisplayName("29: a reader that goes with credits out takes nothing from others")
  void shouldOutliveAReader() {
    var gone = new SinkProbe();
    var staying = new SinkProbe();
    try (var right = wiring.right(options());
        var stays = subscribe(right, CaptureSettings.defaults(), staying)) {
      staying.acknowledgeAllTo(stays);
      FrameSubscription goes = subscribe(right, SMALL_RING, gone);
      send(0, 400);
      gone.awaitBatches(1);

      goes.close();
      int before = gone.batches();
      send(400, 400);
      staying.awaitFrames(800);

      assertThat(gone.batches()).isEqualTo(before);
      assertThat(gone.isClosed()).isTrue();
      assertThat(right.statistics().received()).isGreaterThan(800);
    }
  }

  @Test
  @DisplayName("30: counters add up over many readings")
  void shouldAddUpCounters() {
    var probe = new SinkProbe();
    try (var right = wiring.right(options());
        var subscription = subscribe(right, SMALL_RING, probe)) {
      long before = 0;
      for (int i = 0; i < 10; i++) {
        send(0, 1000);
        long dropped = subscription.statistics().dropped();
        assertThat(dropped).isGreaterThanOrEqualTo(before);
        before = dropped;
      }
      probe.acknowledgeAllTo(subscription);
      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(() -> {
            CaptureStatistics statistics = subscription.statistics();
            assertThat(statistics.received() + statistics.dropped()).isEqualTo(10_000);
          });
    }
  }

  @Test
  @DisplayName("31: drops are told with the right difference")
  void shouldTellDrops() {
    var probe = new SinkProbe();
    try (var right = wiring.right(options());
        var subscription = subscribe(right, SMALL_RING, probe)) {
      send(0, 5000);
      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(probe.droppedInAll()).isEqualTo(subscription.statistics().dropped()));
      assertThat(probe.droppedByDifferences()).isEqualTo(probe.droppedInAll()).isPositive();
    }
  }

  @Test
  @DisplayName("38: a pooled batch is filled anew only after it was acknowledged")
  void shouldReuseBatchesOnlyAfterAcknowledgement() {
    var probe = new SinkProbe();
    var settings = CaptureSettings.defaults().withPooledBatches().withCredits(2).withBatchFrames(1);
    try (var right = wiring.right(options());
        var subscription = subscribe(right, settings, probe)) {
      send(0, 10);
      probe.awaitBatches(2);
      FrameBatch first = probe.batch(0);
      FrameBatch second = probe.batch(1);
      assertThat(Frames.number(first.frame(0))).isZero();
      assertThat(Frames.number(second.frame(0))).isEqualTo(1);

      subscription.acknowledge(2);
      probe.awaitBatches(3);

      assertThat(probe.batch(2)).isSameAs(second);
      assertThat(Frames.number(second.frame(0))).isEqualTo(2);
      assertThat(Frames.number(first.frame(0))).isZero();
      subscription.acknowledge(2); // again gives no credit
      assertThat(probe.batches()).isEqualTo(3);
    }
  }
}

package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.segment.LoopbackSegment;
import io.midplane.packet.segment.ManualClock;
import io.midplane.packet.segment.SegmentSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What segments add to ports: time, loss, and frames that are consumed. */
class LoopbackSegmentTest {
  private static final Duration NOW = Duration.ZERO;
  private static final long START = 1_000_000_000_000L;

  private static List<Integer> received(PacketPort port) {
    List<Integer> numbers = new ArrayList<>();
    port.frames(NOW).forEach(frame -> numbers.add(Frames.number(frame)));
    return numbers;
  }

  private static List<Integer> sentThrough(SegmentSettings settings) {
    var segment = LoopbackSegment.create(settings);
    try (var left = segment.open("left");
        var right = segment.open("right", BpfProgram.all())) {
      for (int i = 0; i < 1000; i++) {
        left.send(Frames.numbered(i, 64));
      }
      return received(right);
    }
  }

  @Test
  @DisplayName("42: a delayed frame arrives when its time has come, and not before")
  void shouldDelay() {
    var clock = new ManualClock(START);
    var settings = SegmentSettings.defaults().withDelay(Duration.ofMillis(10)).withClock(clock);
    var segment = LoopbackSegment.create(settings);
    try (var left = segment.open("left");
        var right = segment.open("right", BpfProgram.all())) {
      left.send(Frames.numbered(1, 64));
      clock.advance(Duration.ofMillis(4));
      left.send(Frames.numbered(2, 64));
      clock.advance(Duration.ofNanos(5_999_999));
      assertThat(right.isReadable()).isFalse();

      clock.advance(Duration.ofNanos(1));

      Frame first = right.receive(NOW).orElseThrow();
      assertThat(Frames.number(first)).isEqualTo(1);
      assertThat(first.meta().timestamp()).isEqualTo(START + 10_000_000);
      assertThat(right.isReadable()).isFalse();
      clock.advance(Duration.ofMillis(4));
      assertThat(received(right)).containsExactly(2);
    }
  }

  @Test
  @DisplayName("31: drops are told at once, and then once a second with what came since")
  void shouldTellDropsOnceASecond() {
    var clock = new ManualClock(START);
    var segment = LoopbackSegment.create(SegmentSettings.defaults().withClock(clock));
    var probe = new SinkProbe();
    var small = CaptureSettings.defaults().withRingBytes(64 << 10).withCredits(1);
    try (var left = segment.open("left");
        var right = segment.open("right");
        var subscription = right.subscribe(BpfProgram.all(), small, probe).join()) {
      for (int i = 0; i < 100; i++) {
        left.send(Frames.numbered(i, 64));
      }
      long first = probe.droppedInAll();
      assertThat(first).isEqualTo(1);

      clock.advance(Duration.ofNanos(999_999_999));
      assertThat(probe.droppedInAll()).isEqualTo(first);
      clock.advance(Duration.ofNanos(1));

      assertThat(probe.droppedInAll())
          .isGreaterThan(first)
          .isEqualTo(subscription.statistics().dropped())
          .isEqualTo(probe.droppedByDifferences());
    }
  }

  @Test
  @DisplayName("42: the same seed loses and doubles the same frames")
  void shouldRepeatItsLuck() {
    var settings = SegmentSettings.defaults().withLoss(0.3).withDuplication(0.2).withSeed(42);

    List<Integer> first = sentThrough(settings);

    assertThat(first).isSorted().isEqualTo(sentThrough(settings));
    assertThat(first).isNotEqualTo(sentThrough(settings.withSeed(43)));
    // 700 of 1000 arrive and 140 of those twice, give or take five standard deviations.
    assertThat(first).hasSizeBetween(740, 940);
    assertThat(first.stream().distinct()).hasSizeBetween(627, 773);
  }

  @Test
  @DisplayName("42: a segment that loses all delivers nothing, one that doubles all delivers two")
  void shouldReachTheExtremes() {
    assertThat(sentThrough(SegmentSettings.defaults().withLoss(1))).isEmpty();
    assertThat(sentThrough(SegmentSettings.defaults().withDuplication(1)))
        .isEqualTo(IntStream.range(0, 2000).mapToObj(i -> i / 2).toList());
  }

  @Test
  @DisplayName("42: settings out of range are refused with the range")
  void shouldRefuseBadSettings() {
    SegmentSettings settings = SegmentSettings.defaults();

    assertThatThrownBy(() -> settings.withLoss(1.1)).hasMessageContaining("loss: 1.1 (expected");
    assertThatThrownBy(() -> settings.withDuplication(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> settings.withMtu(67)).hasMessageContaining("mtu: 67 (expected");
    assertThatThrownBy(() -> settings.withDelay(Duration.ofNanos(-1)))
        .isInstanceOf(MidplaneException.class);
  }

  @Test
  @DisplayName("P3: a frame that one port consumes reaches no other; a copied one reaches all")
  void shouldConsume() {
    var segment = LoopbackSegment.create();
    try (var sender = segment.open("sender");
        var agent = segment.open("agent");
        var other = segment.open("other", BpfProgram.all())) {
      agent.addFilter("mine", PortFilter.consume(Frames.type(Frames.TYPE)));
      agent.addFilter("ours", PortFilter.copy(Frames.type(Frames.OTHER_TYPE)));

      sender.send(Frames.numbered(1, 64));
      sender.send(Frames.of(Frames.GROUP, Frames.OTHER_TYPE, 2, 64));

      assertThat(received(agent)).containsExactly(1, 2);
      assertThat(received(other)).containsExactly(2);
      agent.removeFilter("mine");
      sender.send(Frames.numbered(3, 64));
      assertThat(received(agent)).isEmpty();
      assertThat(received(other)).containsExactly(3);
    }
  }

  @Test
  @DisplayName("P5: a port that is closed consumes no more")
  void shouldConsumeNoMoreOnceClosed() {
    var segment = LoopbackSegment.create();
    try (var sender = segment.open("sender");
        var other = segment.open("other", BpfProgram.all())) {
      PacketPort agent = segment.open("agent");
      agent.addFilter("mine", PortFilter.consume(BpfProgram.all()));
      sender.send(Frames.numbered(1, 64));
      agent.close();

      sender.send(Frames.numbered(2, 64));

      assertThat(received(other)).containsExactly(2);
    }
  }
}

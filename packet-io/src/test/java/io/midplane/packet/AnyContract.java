package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureStatistics;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Readers of single interfaces that share the ring of a port on all, whatever carries frames. */
abstract class AnyContract {
  private static final CaptureSettings SETTINGS = CaptureSettings.defaults();

  private Wiring wiring;
  private PacketPort left;
  private PacketPort any;

  abstract Wiring wire();

  @BeforeEach
  void wireUp() {
    wiring = wire();
    left = wiring.left(PortOptions.defaults());
    any = wiring.any(Frames.type(0x9999), PortOptions.defaults());
  }

  @AfterEach
  void takeDown() {
    if (any != null) {
      any.close();
      left.close();
    }
    if (wiring != null) {
      wiring.close();
    }
  }

  Wiring wiring() {
    return wiring;
  }

  FrameSubscription read(String name, BpfProgram filter, SinkProbe probe) {
    return any.subscribe(name, filter, SETTINGS, probe).join();
  }

  private static List<Integer> numbers(SinkProbe probe) {
    return probe.framesFrom(0).stream().map(Frames::number).toList();
  }

  @Test
  @DisplayName("9: one ring serves readers of single interfaces, also of one that comes later")
  void shouldDivideFrames() {
    var first = new SinkProbe();
    var second = new SinkProbe();
    var later = new SinkProbe();
    first.acknowledgeAllTo(read("vb", Frames.type(Frames.TYPE), first));
    second.acknowledgeAllTo(read("vb", Frames.type(Frames.OTHER_TYPE), second));
    later.acknowledgeAllTo(read("late", Frames.type(Frames.TYPE), later));
    long before = any.statistics().received();

    try (var other = wiring.anotherCable("late")) {
      other.send(Frames.numbered(1, 64));
      later.awaitFrames(1);
      left.send(Frames.numbered(2, 64));
      left.send(Frames.of(Frames.GROUP, Frames.OTHER_TYPE, 3, 64));
      other.send(Frames.of(Frames.GROUP, Frames.OTHER_TYPE, 4, 64));
      other.send(Frames.of(Frames.GROUP, Frames.TYPE, 5, 64));
      left.send(Frames.numbered(6, 64));

      first.awaitFrames(2);
      second.awaitFrames(1);
      later.awaitFrames(2);
      assertThat(numbers(first)).containsExactly(2, 6);
      assertThat(numbers(second)).containsExactly(3);
      assertThat(numbers(later)).containsExactly(1, 5);
      assertThat(later.framesFrom(0))
          .extracting(frame -> frame.meta().type())
          .containsExactly(PacketType.BROADCAST, PacketType.MULTICAST);
      assertThat(later.framesFrom(0))
          .extracting(frame -> any.address(frame.meta()).interfaceName())
          .containsOnly("late");
      // Each frame was captured once: there is one ring.
      assertThat(any.statistics().received() - before).isEqualTo(6);
    }
  }

  @Test
  @DisplayName("27, 28: a slow reader of an interface loses frames, and holds up no other")
  void shouldKeepReadersApart() {
    var slow = new SinkProbe();
    var fast = new SinkProbe();
    var small = SETTINGS.withCredits(2).withBatchFrames(8);
    FrameSubscription first = any.subscribe("vb", Frames.type(Frames.TYPE), small, slow).join();
    FrameSubscription second = read("vb", Frames.type(Frames.TYPE), fast);
    fast.acknowledgeAllTo(second);

    for (int i = 0; i < 500; i++) {
      left.send(Frames.numbered(i, 64));
      fast.awaitFrames(i + 1);
    }
    assertThat(slow.batches()).isEqualTo(2);
    assertThat(second.statistics()).isEqualTo(new CaptureStatistics(500, 0));
    slow.acknowledgeAllTo(first);

    Awaitility.await()
        .atMost(PortContract.LONG)
        .untilAsserted(() -> {
          CaptureStatistics counters = first.statistics();
          assertThat(counters.dropped()).isPositive();
          assertThat(counters.received() + counters.dropped()).isEqualTo(500);
          assertThat(slow.frames()).isEqualTo(counters.received());
        });
    assertThat(slow.droppedByDifferences()).isPositive().isEqualTo(slow.droppedInAll());
  }

  @Test
  @DisplayName("18: a reader's filter is replaced, and the others' stay")
  void shouldReplaceOneFilter() {
    var one = new SinkProbe();
    var other = new SinkProbe();
    FrameSubscription changing = read("vb", Frames.type(Frames.TYPE), one);
    one.acknowledgeAllTo(changing);
    other.acknowledgeAllTo(read("vb", Frames.type(Frames.TYPE), other));

    changing.filter(Frames.type(Frames.OTHER_TYPE));
    left.send(Frames.numbered(1, 64));
    left.send(Frames.of(Frames.GROUP, Frames.OTHER_TYPE, 2, 64));

    one.awaitFrames(1);
    other.awaitFrames(1);
    assertThat(numbers(one)).containsExactly(2);
    assertThat(numbers(other)).containsExactly(1);
  }

  @Test
  @DisplayName("29: a reader that goes with credits out takes nothing from others")
  void shouldOutliveAReader() {
    var gone = new SinkProbe();
    var staying = new SinkProbe();
    FrameSubscription goes = read("vb", Frames.type(Frames.TYPE), gone);
    FrameSubscription stays = read("vb", Frames.type(Frames.TYPE), staying);
    staying.acknowledgeAllTo(stays);
    left.send(Frames.numbered(1, 64));
    gone.awaitFrames(1);

    goes.close();
    left.send(Frames.numbered(2, 64));

    staying.awaitFrames(2);
    assertThat(gone.isClosed()).isTrue();
    assertThat(gone.frames()).isEqualTo(1);
    assertThatThrownBy(() -> goes.filter(BpfProgram.all()))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("closed");

    stays.close();
    var again = new SinkProbe();
    again.acknowledgeAllTo(read("vb", Frames.type(Frames.TYPE), again));
    left.send(Frames.numbered(3, 64));
    again.awaitFrames(1);
    assertThat(numbers(again)).containsExactly(3);
    assertThat(staying.frames()).isEqualTo(2);
  }

  @Test
  @DisplayName("24: readers end with their port")
  void shouldEndWithThePort() {
    var probe = new SinkProbe();
    FrameSubscription subscription = read("vb", BpfProgram.all(), probe);

    any.close();

    assertThat(probe.isClosed()).isTrue();
    assertThat(subscription.statistics().dropped()).isZero();
    assertThatThrownBy(() -> read("vb", BpfProgram.all(), new SinkProbe()))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(MidplaneException.class);
  }

  @Test
  @DisplayName("9: a port of one interface has no readers of others")
  void shouldRefuseOnOneInterface() {
    assertThatThrownBy(
            () -> left.subscribe("vb", BpfProgram.all(), SETTINGS, new SinkProbe()).join())
        .cause()
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("any")
        .extracting(e -> ((MidplaneException) e).code())
        .isEqualTo(ErrorCode.UNSUPPORTED);
  }
}

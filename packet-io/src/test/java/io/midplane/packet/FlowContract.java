package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.bpf.Filter;
import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.SlotPort;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Credits, counters, filters at run time and the end of ports, whatever carries their frames. */
abstract class FlowContract {
  private static final Duration LONG = PortContract.LONG;
  private static final Duration NONE_EXPECTED = PortContract.NONE_EXPECTED;
  private static final CaptureSettings SMALL_RING =
      CaptureSettings.defaults().withRingBytes(64 << 10).withBatchFrames(8);

  private Wiring wiring;
  private PacketPort left;

  abstract Wiring wire();

  @BeforeEach
  void wireUp() {
    wiring = wire();
    left = wiring.left(options());
  }

  @AfterEach
  void takeDown() {
    if (left != null) {
      left.close();
    }
    if (wiring != null) {
      wiring.close();
    }
  }

  private static PortOptions options() {
    return PortOptions.defaults();
  }

  private static Frame next(PacketPort port) {
    return PortContract.next(port);
  }

  private void send(int from, int count) {
    var builder = new BatchBuilder(count, count * 64);
    for (int i = from; i < from + count; i++) {
      builder.add(Frames.numbered(i, 64));
    }
    assertThat(left.send(builder.toBatch())).containsOnly(SendResult.SENT);
  }

  private static FrameSubscription subscribe(
      PacketPort port, CaptureSettings settings, SinkProbe probe) {
    return port.subscribe(Frames.type(Frames.TYPE), settings, probe).join();
  }

  @Test
  @DisplayName("18: once a filter is replaced nothing comes that only the old one wanted")
  void shouldReplaceFilters() {
    try (var right = wiring.right(Frames.test(), options())) {
      for (int round = 0; round < 50; round++) {
        send(round, 20);

        right.replaceFilter(
            PacketPort.FIRST_FILTER, PortFilter.copy(Frames.type(Frames.OTHER_TYPE)));

        left.send(Frames.of(MacAddress.BROADCAST, Frames.OTHER_TYPE, round, 64));
        Frame first = next(right);
        assertThat(first.ethertype()).isEqualTo(Frames.OTHER_TYPE);
        right.replaceFilter(PacketPort.FIRST_FILTER, PortFilter.copy(Frames.test()));
      }
    }
  }

  @Test
  @DisplayName("18: a subscription's filter is replaced between two batches")
  void shouldReplaceFiltersOfSubscriptions() {
    var probe = new SinkProbe();
    try (var right = wiring.right(options());
        var subscription = subscribe(right, CaptureSettings.defaults().withCredits(1), probe)) {
      send(0, 1);
      probe.awaitBatches(1);
      send(1, 40);

      subscription.filter(Frames.type(Frames.OTHER_TYPE));
      int before = probe.batches();
      subscription.acknowledge(1);
      left.send(Frames.of(MacAddress.BROADCAST, Frames.OTHER_TYPE, 99, 64));
      probe.awaitBatches(before + 1);

      assertThat(probe.framesFrom(before)).map(Frame::ethertype).containsOnly(Frames.OTHER_TYPE);
    }
  }

  @Test
  @DisplayName("17, 20: a bad filter or program is refused with its place, and nothing changes")
  void shouldRefuseBadFilters() {
    try (var right = wiring.right(Frames.type(Frames.TYPE), options())) {
      assertThatThrownBy(() ->
              right.addFilter("bad", PortFilter.copy(Filter.parse("ip and prot 80").program())))
          .isInstanceOf(MidplaneException.class)
          .hasMessageContaining("column 8")
          .hasMessageContaining("prot");
      assertThatThrownBy(() ->
              right.replaceFilter(
                  PacketPort.FIRST_FILTER, PortFilter.copy(BpfProgram.parse("1,5 0 0 9"))))
          .isInstanceOf(MidplaneException.class)
          .hasMessageContaining("instruction 0");

      assertThat(right.filters()).containsExactly(PacketPort.FIRST_FILTER);
      send(7, 1);
      assertThat(Frames.number(next(right))).isEqualTo(7);
    }
  }

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

  @Test
  @DisplayName("39: a copied frame does not change with its batch")
  void shouldCopyFrames() {
    var probe = new SinkProbe();
    var settings = CaptureSettings.defaults().withPooledBatches().withCredits(1).withBatchFrames(1);
    try (var right = wiring.right(options());
        var subscription = subscribe(right, settings, probe)) {
      send(0, 2);
      probe.awaitBatches(1);
      Frame copy = probe.batch(0).frame(0);

      subscription.acknowledge(1);
      probe.awaitBatches(2);

      assertThat(Frames.number(copy)).isZero();
      assertThat(Frames.number(probe.batch(0).frame(0))).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("P4: sendTo sends once out of each port, or out of none")
  void shouldSendToSeveralPorts() {
    var one = new SlotPort(1, 1);
    var two = new SlotPort(1, 2);
    try (var other = wiring.anotherCable("late");
        var any =
            wiring.any(
                Frames.type(Frames.TYPE),
                options().withSlotPorts(Map.of(one, "vb", two, "late")))) {
      left.addFilter("test", PortFilter.copy(Frames.type(Frames.TYPE)));
      other.addFilter("test", PortFilter.copy(Frames.type(Frames.TYPE)));

      assertThat(any.sendTo(Frames.numbered(1, 64), List.of(one, two, one)))
          .containsExactly(SendResult.SENT, SendResult.SENT);
      assertThatThrownBy(() -> any.sendTo(Frames.numbered(2, 64), List.of(two, new SlotPort(2, 1))))
          .isInstanceOf(MidplaneException.class)
          .hasMessageContaining("2:1")
          .hasMessageContaining("nothing was sent");
      any.sendTo(Frames.numbered(3, 64), List.of(two));

      assertThat(Frames.number(next(left))).isEqualTo(1);
      assertThat(Frames.number(next(other))).isEqualTo(1);
      assertThat(Frames.number(next(other))).isEqualTo(3);
      assertThat(left.receive(NONE_EXPECTED)).isEmpty();
    }
  }

  @Test
  @DisplayName("P5: filters have names, once each, and are removed by name")
  void shouldNameFilters() {
    PortFilter filter = PortFilter.copy(Frames.type(Frames.TYPE));
    PortFilter other = PortFilter.copy(Frames.type(Frames.OTHER_TYPE));
    try (var right = wiring.right(options())) {
      right.addFilter("a", filter);
      right.addFilter("b", other);
      assertThatThrownBy(() -> right.addFilter("a", other))
          .isInstanceOf(MidplaneException.class)
          .extracting(e -> ((MidplaneException) e).code())
          .isEqualTo(ErrorCode.ALREADY_EXISTS);
      send(1, 1);
      left.send(Frames.of(MacAddress.BROADCAST, Frames.OTHER_TYPE, 2, 64));
      assertThat(Frames.number(next(right))).isEqualTo(1);
      assertThat(Frames.number(next(right))).isEqualTo(2);

      right.removeFilter("a");
      send(3, 1);
      left.send(Frames.of(MacAddress.BROADCAST, Frames.OTHER_TYPE, 4, 64));

      assertThat(Frames.number(next(right))).isEqualTo(4);
      assertThat(right.filters()).containsExactly("b");
      assertThatThrownBy(() -> right.removeFilter("a")).hasMessageContaining("not set");
      right.removeFilter("b");
      send(5, 1);
      assertThat(right.receive(NONE_EXPECTED)).isEmpty();
    }
  }

  @Test
  @DisplayName("P6: ports can be selected, read with a time limit, and as a stream")
  void shouldBeSelected() {
    try (var right = wiring.right(Frames.type(Frames.TYPE), options());
        var idle = wiring.right(Frames.type(Frames.OTHER_TYPE), options())) {
      assertThat(PacketPort.select(List.of(right, idle), Duration.ZERO)).isEmpty();
      send(0, 10);

      assertThat(PacketPort.select(List.of(right, idle), LONG)).containsExactly(right);
      assertThat(right.isReadable()).isTrue();
      List<Integer> numbers = new ArrayList<>();
      for (Frame frame : right.frames(NONE_EXPECTED)) {
        numbers.add(Frames.number(frame));
      }
      assertThat(numbers).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      assertThat(right.receiveAsync(NONE_EXPECTED).toCompletableFuture().join()).isEmpty();
      assertThat(right.statistics()).isEqualTo(new CaptureStatistics(10, 0));
    }
  }

  @Test
  @DisplayName("24, 25: close ends who waits, and nothing comes after it")
  void shouldEndWaitersAtClose() {
    var probe = new SinkProbe();
    PacketPort right = wiring.right(Frames.type(Frames.TYPE), options());
    var waiting = right.receiveAsync(LONG).toCompletableFuture();
    FrameSubscription subscription = subscribe(right, CaptureSettings.defaults(), probe);

    right.close();
    right.close();

    assertThatThrownBy(waiting::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessageContaining("closed");
    assertThat(probe.isClosed()).isTrue();
    assertThat(right.isOpen()).isFalse();
    assertThat(right.send(Frames.numbered(1, 64))).isEqualTo(SendResult.GONE);
    send(0, 5);
    assertThat(probe.batches()).isZero();
    assertThat(subscription.statistics()).isEqualTo(CaptureStatistics.NONE);
    assertThatThrownBy(() -> right.addFilter("late", PortFilter.copy(BpfProgram.all())))
        .isInstanceOf(MidplaneException.class);
  }

  @Test
  @DisplayName("25: closing while frames pour in")
  void shouldCloseWhileFramesPourIn() {
    for (int round = 0; round < 20; round++) {
      var probe = new SinkProbe();
      PacketPort right = wiring.right(options());
      FrameSubscription subscription = subscribe(right, CaptureSettings.defaults(), probe);
      probe.acknowledgeAllTo(subscription);
      Thread sender =
          Thread.ofPlatform()
              .start(() -> {
                while (!probe.isClosed()) {
                  left.send(Frames.numbered(1, 64));
                }
              });
      probe.awaitBatches(3);

      right.close();
      int atClose = probe.batches();

      assertThat(probe.isClosed()).isTrue();
      send(0, 50);
      assertThat(probe.batches()).isEqualTo(atClose);
      Awaitility.await().atMost(LONG).until(() -> !sender.isAlive());
    }
  }

  @Test
  @DisplayName("43: an exchange gets the first answer that matches, or times out and is forgotten")
  void shouldExchange() {
    try (var right = wiring.right(options())) {
      var echoes = new AtomicInteger();
      FrameSubscription echo =
          right.subscribe(
              Frames.type(Frames.TYPE),
              batch -> {
                right.send(Frames.of(MacAddress.BROADCAST, Frames.OTHER_TYPE, 1, 64));
                right.send(Frames.of(MacAddress.BROADCAST, Frames.OTHER_TYPE, 2, 64));
                echoes.incrementAndGet();
              });

      Frame answer =
          left.exchange(
              Frames.numbered(0, 64),
              frame -> frame.ethertype() == Frames.OTHER_TYPE && Frames.number(frame) == 2,
              LONG);
      assertThat(Frames.number(answer)).isEqualTo(2);
      assertThatThrownBy(() -> left.exchange(Frames.numbered(0, 64), frame -> false, NONE_EXPECTED))
          .isInstanceOf(MidplaneException.class)
          .hasMessageContaining("no frame matched");
      assertThat(left.openExchanges()).isZero();
      assertThatThrownBy(() -> left.exchange(Frame.of(new byte[3]), frame -> true, LONG))
          .hasMessageContaining("TOO_SHORT");
      echo.close();
    }
  }
}

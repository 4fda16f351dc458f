package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.bpf.Filter;
import io.midplane.packet.frame.Frame;
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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Filters at run time, copies, exchanges and the end of ports, whatever carries their frames. */
abstract class FlowContract extends WiredContract {
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

package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.Filter;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.PacketIoException;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.frame.SlotPort;
import io.midplane.packet.frame.VlanTag;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.SendResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every port does, whatever carries its frames. */
abstract class PortContract {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration NONE_EXPECTED = Duration.ofMillis(100);

  private Wiring wiring;

  abstract Wiring wire();

  @BeforeEach
  void wireUp() {
    wiring = wire();
  }

  @AfterEach
  void takeDown() {
    if (wiring != null) {
      wiring.close();
    }
  }

  Wiring wiring() {
    return wiring;
  }

  static PortOptions options() {
    return PortOptions.defaults();
  }

  static Frame next(PacketPort port) {
    return port.receive(LONG).orElseThrow(() -> new AssertionError("no frame within " + LONG));
  }

  @Test
  @DisplayName("1: opening a missing interface fails with ENODEV and names it")
  void shouldNameAMissingInterface() {
    assertThatThrownBy(() -> wiring.missing("nope0"))
        .isInstanceOf(PacketIoException.class)
        .hasMessageContaining("nope0")
        .hasMessageContaining("ENODEV")
        .extracting(e -> ((MidplaneException) e).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  @DisplayName("3: a frame sent once a port is open is never missed")
  void shouldMissNothingOnceOpen() {
    try (var left = wiring.left(options())) {
      for (int i = 0; i < 100; i++) {
        try (var right = wiring.right(Frames.type(Frames.TYPE), options())) {
          left.send(Frames.numbered(i, 64));

          assertThat(Frames.number(next(right))).isEqualTo(i);
        }
      }
    }
  }

  @Test
  @DisplayName("4, P1: nothing is received before a filter is set, also not later")
  void shouldReceiveNothingWithoutFilter() {
    try (var left = wiring.left(options());
        var right = wiring.right(options())) {
      left.send(Frames.numbered(1, 64));
      assertThat(right.receive(NONE_EXPECTED)).isEmpty();

      right.addFilter("test", PortFilter.copy(Frames.type(Frames.TYPE)));
      left.send(Frames.numbered(2, 64));

      assertThat(Frames.number(next(right))).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("4: frames that are on their way while a port is opened do not slip past its filter")
  void shouldKeepOutWhatCameBeforeTheFilter() throws InterruptedException {
    var over = new AtomicBoolean();
    try (var left = wiring.left(options())) {
      Frame unwanted = Frames.of(Frames.GROUP, Frames.OTHER_TYPE, 1, 64);
      Thread sender =
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  left.send(unwanted);
                }
              });
      try {
        for (int i = 0; i < 50; i++) {
          try (var right = wiring.right(Frames.type(Frames.TYPE), options())) {
            Frame wanted = Frames.numbered(i, 64);
            // What the other thread sends may have taken all buffers.
            Awaitility.await().atMost(LONG).until(() -> left.send(wanted) == SendResult.SENT);

            assertThat(Frames.number(next(right))).isEqualTo(i);
            assertThat(right.statistics()).isEqualTo(new CaptureStatistics(1, 0));
          }
        }
      } finally {
        over.set(true);
        sender.join();
      }
    }
  }

  @Test
  @DisplayName("P2: a filter for an address delivers whole frames, with the interface they came by")
  void shouldFilterByAddress() {
    var options = options().withSlotPorts(Map.of(new SlotPort(2, 7), "vb"));
    try (var left = wiring.left(options());
        var right = wiring.right(Filter.parse("ether dst " + Frames.GROUP).program(), options)) {
      Frame wanted = Frames.of(Frames.GROUP, Frames.TYPE, 2, 64);
      left.send(Frames.numbered(1, 64));
      left.send(wanted);

      Frame received = next(right);
      assertThat(received.bytes()).isEqualTo(wanted.bytes());
      assertThat(right.address(received.meta()).slotPort()).isEqualTo(new SlotPort(2, 7));
      assertThat(received.meta().ifindex()).isEqualTo(right.address().ifindex());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 15, 60, 64, 1514})
  @DisplayName("5: a frame arrives byte for byte")
  void shouldCarryBytes(int length) {
    try (var left = wiring.left(options());
        var right = wiring.right(Frames.type(Frames.TYPE), options())) {
      Frame sent = Frames.numbered(7, length);

      assertThat(left.send(sent)).isEqualTo(SendResult.SENT);

      Frame received = next(right);
      assertThat(received.bytes()).isEqualTo(sent.bytes());
      assertThat(received.meta().originalLength()).isEqualTo(length);
    }
  }

  @Test
  @DisplayName("6: too short and too long frames are told, and the batch goes on")
  void shouldTellBadLengths() {
    VlanTag tag = VlanTag.of(VlanTag.DOT1Q, 5, 0);
    try (var left = wiring.left(options());
        var right = wiring.right(Frames.test(), options())) {
      for (int length = 0; length < 14; length++) {
        assertThat(left.send(new byte[length])).isEqualTo(SendResult.TOO_SHORT);
      }
      assertThat(left.send(Frames.numbered(0, 1515))).isEqualTo(SendResult.TOO_LONG);
      assertThat(left.send(Frames.tagged(Frames.numbered(1, 1514), tag)))
          .isEqualTo(SendResult.SENT);
      assertThat(left.send(Frames.tagged(Frames.numbered(2, 1515), tag)))
          .isEqualTo(SendResult.TOO_LONG);

      FrameBatch batch =
          FrameBatch.of(
              List.of(
                  Frames.numbered(3, 64),
                  Frame.of(new byte[13]),
                  Frames.numbered(4, 64),
                  Frames.numbered(5, 1515),
                  Frames.numbered(6, 64)));
      assertThat(left.send(batch))
          .containsExactly(
              SendResult.SENT,
              SendResult.TOO_SHORT,
              SendResult.SENT,
              SendResult.TOO_LONG,
              SendResult.SENT);

      assertThat(IntStream.of(1, 3, 4, 6).allMatch(number -> Frames.number(next(right)) == number))
          .isTrue();
    }
  }

  @Test
  @DisplayName("7: own frames are not received, unless asked for, and then as OUTGOING")
  void shouldSeeOwnFramesOnlyIfAsked() {
    var both = CaptureSettings.defaults().withOutgoing();
    try (var plain = wiring.right(Frames.type(Frames.TYPE), options());
        var watching = wiring.right(options().withCapture(both))) {
      watching.addFilter("out", PortFilter.outgoing(Frames.type(Frames.TYPE)));

      plain.send(Frames.numbered(1, 64));

      assertThat(next(watching).meta().type()).isEqualTo(PacketType.OUTGOING);
      assertThat(plain.receive(NONE_EXPECTED)).isEmpty();
    }
  }

  @Test
  @DisplayName("7: a filter of one direction does not want the other")
  void shouldKeepDirectionsApart() {
    var both = CaptureSettings.defaults().withOutgoing();
    try (var left = wiring.left(options());
        var right = wiring.right(options().withCapture(both))) {
      right.addFilter("in", PortFilter.copy(Frames.type(Frames.TYPE)));
      right.addFilter("out", PortFilter.outgoing(Frames.type(Frames.OTHER_TYPE)));

      right.send(Frames.numbered(1, 64));
      left.send(Frames.of(Frames.GROUP, Frames.OTHER_TYPE, 2, 64));
      right.send(Frames.of(Frames.GROUP, Frames.OTHER_TYPE, 3, 64));
      left.send(Frames.numbered(4, 64));

      assertThat(Frames.number(next(right))).isEqualTo(3);
      assertThat(Frames.number(next(right))).isEqualTo(4);
    }
  }

  @Test
  @DisplayName("8: for whom a frame is")
  void shouldKnowForWhomAFrameIs() {
    try (var left = wiring.left(options());
        var right = wiring.right(Frames.type(Frames.TYPE), options().withPromiscuous())) {
      left.send(Frames.numbered(1, 64));
      left.send(Frames.of(Frames.GROUP, Frames.TYPE, 2, 64));
      left.send(Frames.of(Frames.STRANGER, Frames.TYPE, 3, 64));

      assertThat(List.of(next(right), next(right), next(right)))
          .extracting(frame -> frame.meta().type())
          .containsExactly(PacketType.BROADCAST, PacketType.MULTICAST, PacketType.OTHER_HOST);
    }
  }

  @Test
  @DisplayName("9, P2: any tells by which interface a frame came, also by one that came later")
  void shouldTellTheInterface() {
    var ports = Map.of(new SlotPort(1, 1), "vb", new SlotPort(1, 2), "late");
    try (var left = wiring.left(options());
        var any = wiring.any(Frames.type(Frames.TYPE), options().withSlotPorts(ports));
        var other = wiring.anotherCable("late")) {
      other.send(Frames.numbered(1, 64));
      Frame first = next(any);
      left.send(Frames.numbered(2, 64));
      Frame second = next(any);

      assertThat(first.meta().ifindex()).isNotEqualTo(second.meta().ifindex());
      assertThat(any.address(second.meta()).interfaceName()).isEqualTo("vb");
      assertThat(any.address(second.meta()).slotPort()).isEqualTo(new SlotPort(1, 1));
      org.awaitility.Awaitility.await()
          .atMost(LONG)
          .untilAsserted(
              () -> assertThat(any.address(first.meta()).slotPort()).isEqualTo(new SlotPort(1, 2)));
    }
  }

  @Test
  @DisplayName("10: time stamps are wall-clock nanoseconds and do not go back")
  void shouldStampFrames() {
    try (var left = wiring.left(options());
        var right = wiring.right(Frames.type(Frames.TYPE), options())) {
      Instant before = Instant.now();
      IntStream.range(0, 100).forEach(i -> left.send(Frames.numbered(i, 64)));

      List<Long> stamps = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        stamps.add(next(right).meta().timestamp());
      }
      Instant after = Instant.now();
      assertThat(stamps).isSorted();
      assertThat(FrameMetaInstant.of(stamps.getFirst())).isAfter(before.minusSeconds(1));
      assertThat(FrameMetaInstant.of(stamps.getLast())).isBefore(after.plusSeconds(1));
    }
  }

  /** A time stamp as an instant. */
  private static final class FrameMetaInstant {
    static Instant of(long stamp) {
      return new FrameMeta(0, stamp, 0, 0, PacketType.HOST, null, 0).instant();
    }
  }

  @Test
  @DisplayName("11-15: tags are taken out of the bytes, told, and put back")
  void shouldTellTags() {
    Frame plain = Frames.numbered(1, 64);
    VlanTag ten = VlanTag.of(VlanTag.DOT1Q, 10, 0);
    VlanTag priority = VlanTag.of(VlanTag.DOT1Q, 0, 5);
    VlanTag service = VlanTag.of(VlanTag.DOT1AD, 20, 0);
    List<Frame> sent =
        List.of(
            Frames.tagged(plain, ten),
            Frames.tagged(plain, priority),
            Frames.tagged(plain, service, ten),
            plain);
    try (var left = wiring.left(options());
        var right = wiring.right(Frames.test(), options())) {
      sent.forEach(left::send);

      List<Frame> received = List.of(next(right), next(right), next(right), next(right));
      assertThat(received)
          .map(frame -> frame.meta().vlan())
          .containsExactly(ten, priority, service, null);
      assertThat(received.get(0).bytes()).isEqualTo(plain.bytes());
      assertThat(received.get(2).bytes()).isEqualTo(Frames.tagged(plain, ten).bytes());
      assertThat(received)
          .map(Frame::wire)
          .containsExactlyElementsOf(sent.stream().map(Frame::bytes).toList());
    }
  }

  @Test
  @DisplayName("15: a tag that is apart is sent in its place, alone and in a batch")
  void shouldSendTagsInPlace() {
    VlanTag ten = VlanTag.of(VlanTag.DOT1Q, 10, 3);
    byte[] bytes = Frames.numbered(1, 64).bytes();
    var apart = new Frame(bytes, new FrameMeta(0, 0, 64, 64, PacketType.HOST, ten, 0));
    try (var left = wiring.left(options());
        var right = wiring.right(Frames.test(), options())) {
      left.send(apart);
      left.send(FrameBatch.of(List.of(apart, Frames.numbered(2, 60))));

      assertThat(List.of(next(right), next(right)))
          .allSatisfy(frame -> {
            assertThat(frame.meta().vlan()).isEqualTo(ten);
            assertThat(frame.bytes()).isEqualTo(bytes);
          });
      assertThat(next(right).meta().vlan()).isNull();
    }
  }

  @Test
  @DisplayName("16: vlan 10 wants frames with the outer tag 10 and no others")
  void shouldFilterByTag() {
    Frame plain = Frames.numbered(1, 64);
    VlanTag ten = VlanTag.of(VlanTag.DOT1Q, 10, 0);
    VlanTag twenty = VlanTag.of(VlanTag.DOT1Q, 20, 0);
    try (var left = wiring.left(options());
        var right = wiring.right(Frames.vlan(10), options())) {
      left.send(plain);
      left.send(Frames.tagged(plain, twenty));
      left.send(Frames.tagged(plain, twenty, ten));
      left.send(Frames.tagged(plain, ten));
      left.send(plain);

      assertThat(next(right).wire()).isEqualTo(Frames.tagged(plain, ten).bytes());
      assertThat(right.receive(NONE_EXPECTED)).isEmpty();
    }
  }
}

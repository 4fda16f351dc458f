package io.midplane.testkit.packet;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.packet.actor.Delivery;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.SendResult;
import io.midplane.testkit.MidplaneTest;
import io.midplane.testkit.Probes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A port as an actor, whatever carries its frames. */
@MidplaneTest
abstract class PortActorContract {
  static final Duration LONG = Duration.ofSeconds(20);

  /** Wants ethertype 0x88b5. */
  static final BpfProgram FILTER =
      BpfProgram.parse("4,40 0 0 12,21 0 1 34997,6 0 0 262144,6 0 0 0");

  /** Wants ethertype 0x88b6. */
  static final BpfProgram OTHER = BpfProgram.parse("4,40 0 0 12,21 0 1 34998,6 0 0 262144,6 0 0 0");

  /** The actors of both ends. */
  record Ends(ActorRef<Command> left, ActorRef<Command> right) {}

  abstract Ends ends(Midplane midplane);

  static Frame frame(int number) {
    return frame(0x88b5, number);
  }

  static Frame frame(int type, int number) {
    ByteBuffer bytes = ByteBuffer.allocate(64);
    bytes.putInt(-1).putShort((short) -1).putShort((short) 0x0200).putInt(1);
    bytes.putShort((short) type).putInt(number);
    return Frame.of(bytes.array());
  }

  static int number(Frame frame) {
    return ByteBuffer.wrap(frame.bytes()).getInt(14);
  }

  /** The next event, which must be of that type; what is said of the link is another matter. */
  static <E extends Event> E next(TestProbe<Event> probe, Class<E> type) {
    Event event = probe.receiveMessage(LONG);
    while (event instanceof LinkUp || event instanceof LinkDown) {
      event = probe.receiveMessage(LONG);
    }
    assertThat(event).isInstanceOf(type);
    return type.cast(event);
  }

  static void close(TestProbe<Reply> probe, ActorRef<Command>... ports) {
    for (ActorRef<Command> port : ports) {
      port.tell(new Close(probe.getRef()));
      probe.expectMessage(LONG, new Done());
    }
  }

  @Test
  @DisplayName("3: after Opened no frame is missed, and it comes first")
  void shouldMissNothingAfterOpened(Midplane midplane, Probes probes) {
    Ends ends = ends(midplane);
    TestProbe<Event> events = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);

    for (int i = 0; i < 100; i++) {
      ends.right().tell(new Subscribe(FILTER, Delivery.batches(), events.getRef()));
      next(events, Opened.class);
      ends.left().tell(new Send(frame(i), replies.getRef()));

      replies.expectMessage(LONG, new Sent(SendResult.SENT));
      Frames frames = next(events, Frames.class);
      assertThat(number(frames.batch().frame(0))).isEqualTo(i);
      frames.done();
      ends.right().tell(new Unsubscribe(events.getRef()));
      next(events, Closed.class);
    }
    close(replies, ends.left(), ends.right());
  }

  @Test
  @DisplayName("25: who closed a port can open it again at once")
  void shouldOpenAgainAtOnce(Midplane midplane, Probes probes) {
    TestProbe<Reply> replies = probes.of(Reply.class);

    for (int i = 0; i < 50; i++) {
      Ends ends = ends(midplane);
      close(replies, ends.left(), ends.right());
    }
  }

  @Test
  @DisplayName("6: a result for every frame, told one by one or as a batch, in order")
  void shouldAnswerEachFrame(Midplane midplane, Probes probes) {
    Ends ends = ends(midplane);
    TestProbe<Event> events = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    ends.right().tell(new Subscribe(FILTER, Delivery.frames(), events.getRef()));
    next(events, Opened.class);

    for (int i = 0; i < 600; i++) {
      Frame frame = i == 300 ? Frame.of(new byte[3]) : frame(i);
      ends.left().tell(new Send(frame, replies.getRef()));
    }
    ends.left()
        .tell(
            new SendBatch(
                FrameBatch.of(List.of(frame(600), Frame.of(new byte[1]), frame(601))),
                replies.getRef()));

    for (int i = 0; i < 600; i++) {
      replies.expectMessage(LONG, new Sent(i == 300 ? SendResult.TOO_SHORT : SendResult.SENT));
    }
    replies.expectMessage(
        LONG, new SentBatch(List.of(SendResult.SENT, SendResult.TOO_SHORT, SendResult.SENT)));
    List<Integer> numbers = new ArrayList<>();
    while (numbers.size() < 601) {
      FrameReceived received = next(events, FrameReceived.class);
      numbers.add(number(received.frame()));
      received.done();
    }
    assertThat(numbers)
        .isEqualTo(IntStream.rangeClosed(0, 601).filter(i -> i != 300).boxed().toList());
    close(replies, ends.left(), ends.right());
  }

  @Test
  @DisplayName("27: a slow subscriber has 16 batches at most; received and dropped are all sent")
  void shouldBoundTheMailbox(Midplane midplane, Probes probes) {
    Ends ends = ends(midplane);
    TestProbe<Event> events = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    var small =
        Delivery.batches()
            .capturedWith(CaptureSettings.defaults().withRingBytes(1 << 16).withBatchFrames(8));
    ends.right().tell(new Subscribe(FILTER, small, events.getRef()));
    next(events, Opened.class);
    List<Frame> many = IntStream.range(0, 500).mapToObj(PortActorContract::frame).toList();

    long sent = 0;
    for (int i = 0; i < 10; i++) {
      ends.left().tell(new SendBatch(FrameBatch.of(many), replies.getRef()));
      // A machine that is busy elsewhere may have no buffer for some.
      sent +=
          replies.expectMessageClass(SentBatch.class, LONG).results().stream()
              .filter(result -> result == SendResult.SENT)
              .count();
    }

    long received = 0;
    long dropped = 0;
    int unacknowledged = 0;
    List<Frames> waiting = new ArrayList<>();
    while (received + dropped < sent) {
      switch (events.receiveMessage(LONG)) {
        case Frames frames -> {
          received += frames.batch().size();
          unacknowledged++;
          assertThat(unacknowledged).isLessThanOrEqualTo(16);
          waiting.add(frames);
          if (unacknowledged == 16) {
            waiting.forEach(Frames::done);
            waiting.clear();
            unacknowledged = 0;
          }
        }
        case Drops(var since, var total) -> dropped += since;
        case Opened other -> throw new AssertionError(other);
        case OpenFailed other -> throw new AssertionError(other);
        case FrameReceived other -> throw new AssertionError(other);
        case LinkDown other -> throw new AssertionError(other);
        case LinkUp up -> {}
        case InterfaceGone other -> throw new AssertionError(other);
        case Closed other -> throw new AssertionError(other);
      }
      if (unacknowledged > 0 && received + dropped < sent) {
        waiting.forEach(Frames::done);
        waiting.clear();
        unacknowledged = 0;
      }
    }
    assertThat(received + dropped).isEqualTo(sent);
    assertThat(dropped).isPositive();
    waiting.forEach(Frames::done);
    close(replies, ends.left(), ends.right());
  }

  @Test
  @DisplayName("18: after a new filter's Done nothing comes that only the old one wanted")
  void shouldReplaceTheFilter(Midplane midplane, Probes probes) {
    Ends ends = ends(midplane);
    TestProbe<Event> events = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    ends.right().tell(new Subscribe(FILTER, Delivery.frames(), events.getRef()));
    next(events, Opened.class);

    ends.right().tell(new Refilter(events.getRef(), OTHER, replies.getRef()));
    replies.expectMessage(LONG, new Done());
    ends.left().tell(new Send(frame(1), null));
    ends.left().tell(new Send(frame(0x88b6, 2), null));

    assertThat(number(next(events, FrameReceived.class).frame())).isEqualTo(2);
    close(replies, ends.left(), ends.right());
  }

  @Test
  @DisplayName("29, P5: a subscriber that dies takes its subscription along and no one else's")
  void shouldEndASubscriptionWithItsSubscriber(Midplane midplane, Probes probes) {
    Ends ends = ends(midplane);
    TestProbe<Event> staying = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    TestProbe<Object> seen = probes.of(Object.class);
    ActorRef<Event> dying = midplane.spawnActor(dying(seen.getRef()), "dying");
    ends.right().tell(new Subscribe(FILTER, Delivery.batches(), dying));
    ends.right().tell(new Subscribe(FILTER, Delivery.frames(), staying.getRef()));
    next(staying, Opened.class);
    seen.expectMessageClass(Opened.class, LONG);

    ends.left().tell(new Send(frame(1), replies.getRef()));
    replies.expectMessage(LONG, new Sent(SendResult.SENT));
    seen.expectMessageClass(Frames.class, LONG);
    seen.expectTerminated(dying, LONG);
    next(staying, FrameReceived.class).done();
    ends.left().tell(new Send(frame(2), null));

    assertThat(number(next(staying, FrameReceived.class).frame())).isEqualTo(2);
    close(replies, ends.left(), ends.right());
  }

  /** Takes one batch and dies with its credit. */
  private static Behavior<Event> dying(ActorRef<Object> seen) {
    return Behaviors.receiveMessage(event -> {
      seen.tell(event);
      return event instanceof Frames ? Behaviors.stopped() : Behaviors.same();
    });
  }

  @Test
  @DisplayName("30: the counters are those of all subscriptions together")
  void shouldCount(Midplane midplane, Probes probes) {
    Ends ends = ends(midplane);
    TestProbe<Event> events = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    ends.right().tell(new Subscribe(FILTER, Delivery.pooled(), events.getRef()));
    next(events, Opened.class);
    ends.left().tell(new Send(frame(1), null));
    next(events, Frames.class).done();

    ends.right().tell(new GetStatistics(replies.getRef()));

    Statistics statistics = replies.expectMessageClass(Statistics.class, LONG);
    assertThat(statistics.counters().received()).isEqualTo(1);
    close(replies, ends.left(), ends.right());
    assertThat(next(events, Closed.class).counters().received()).isEqualTo(1);
  }

  @Test
  @DisplayName("43: a question gets its answer, or Refused when the time is over")
  void shouldExchange(Midplane midplane, Probes probes) {
    Ends ends = ends(midplane);
    TestProbe<Event> events = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    ends.right().tell(new Subscribe(FILTER, Delivery.frames(), events.getRef()));
    next(events, Opened.class);

    ends.left()
        .tell(new Exchange(frame(1), one -> one.ethertype() == 0x88b6, LONG, replies.getRef()));
    next(events, FrameReceived.class).done();
    ends.right().tell(new Send(frame(0x88b6, 2), null));

    assertThat(number(replies.expectMessageClass(Answered.class, LONG).frame())).isEqualTo(2);
    ends.left().tell(new Exchange(frame(1), one -> false, Duration.ofMillis(50), replies.getRef()));
    assertThat(replies.expectMessageClass(Refused.class, LONG).reason())
        .hasMessageContaining("no frame matched");
    close(replies, ends.left(), ends.right());
  }

  @Test
  @DisplayName("24: closed once all is given back; later commands are refused")
  void shouldClose(Midplane midplane, Probes probes) {
    Ends ends = ends(midplane);
    TestProbe<Event> events = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    ends.right().tell(new Subscribe(FILTER, Delivery.batches(), events.getRef()));
    next(events, Opened.class);

    close(replies, ends.right());

    next(events, Closed.class);
    events.expectTerminated(ends.right(), LONG);
    close(replies, ends.left());
    Awaitility.await()
        .atMost(LONG)
        .until(() ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("packet-v")));
  }
}

package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.StringCoercion;
import io.midplane.gateways.wire.Tuple;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What channels promise, both ends in one JVM. */
@Timeout(60)
class ChannelTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private LinkPair pair;
  private Channel here;
  private Channel there;

  @BeforeEach
  void open() throws IOException {
    pair = new LinkPair(LinkSettings.defaults());
    List<Channel> both = pair.channel();
    here = both.getFirst();
    there = both.getLast();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  @Test
  @DisplayName("G23: ids are odd on the coordinator and even on the worker; a status takes one")
  void shouldNumberChannelsByEnd() {
    assertThat(here.id()).isEqualTo(1);
    assertThat(pair.worker.newChannel().id()).isEqualTo(2);

    Channel status = pair.coordinator.requestStatus();

    assertThat(status.id()).isEqualTo(3);
    assertThat(status.receive(SOON)).isEqualTo(Dict.copyOf(java.util.Map.of("numchannels", 0)));
    status.waitClose(SOON);
    assertThat(pair.coordinator.newChannel().id()).isEqualTo(5);
  }

  @Test
  @DisplayName("G24: items in order, null among them; the error behind them once, then the end")
  void shouldThrowTheErrorBehindTheItemsOnce() {
    here.send(1);
    here.send(null);
    here.send("three");
    here.close("it broke");

    assertThat(there.receive()).isEqualTo(1);
    assertThat(there.receive()).isNull();
    assertThat(there.receive()).isEqualTo("three");
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> there.receive())
        .withMessage("it broke");
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(EndOfChannelException.class).isThrownBy(() -> there.receive());
    }
  }

  @Test
  @DisplayName("G24: waitClose throws the error while items can still be received")
  void shouldThrowFromWaitCloseAndKeepItems() {
    here.send(1);
    here.close("it broke");

    assertThatExceptionOfType(RemoteException.class).isThrownBy(() -> there.waitClose(SOON));

    assertThat(there.receive()).isEqualTo(1);
    assertThatExceptionOfType(EndOfChannelException.class).isThrownBy(() -> there.receive());
  }

  @Test
  @DisplayName("G24: a loop over a channel ends with it, or throws its error")
  void shouldIterate() {
    here.send(1);
    here.send(null);
    here.close();

    List<Object> items = new ArrayList<>();
    there.forEach(items::add);

    assertThat(items).containsExactly(1, null);
    List<Channel> other = pair.channel();
    other.getFirst().close("it broke");
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> other.getLast().forEach(items::add));
  }

  @Test
  @DisplayName("G25: a timeout is a typed error and loses no item; zero only looks")
  void shouldTimeOutWithoutLoss() {
    for (Duration timeout : List.of(Duration.ZERO, Duration.ofMillis(5))) {
      assertThatExceptionOfType(MidplaneException.class)
          .isThrownBy(() -> there.receive(timeout))
          .withMessageContaining("no item after")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
    }
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> there.receive(Duration.ofNanos(-1)))
        .withMessageContaining("expected: zero or more");
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> there.waitClose(Duration.ofMillis(1)))
        .withMessageStartingWith("Timeout after 0.001 seconds");

    here.send(7);

    assertThat(there.receive(SOON)).isEqualTo(7);
  }

  @Test
  @DisplayName(
      "G26: a callback gets what waits, then what comes, then the end once, before waitClose")
  void shouldGiveEverythingToACallbackInOrder() {
    List<Object> got = new CopyOnWriteArrayList<>();
    here.send(1);
    here.send(null);
    assertThat(pair.coordinator.requestStatus().receive(SOON)).isNotNull();

    there.setCallback(got::add, () -> got.add("end"));
    here.send(3);
    here.close();
    there.waitClose(SOON);

    assertThat(got).containsExactly(1, null, 3, "end");
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> there.setCallback(got::add))
        .withMessageContaining("has a callback already");
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> there.receive())
        .withMessageContaining("it has a callback");
  }

  @Test
  @DisplayName("G26: a callback on a channel that is closed already gets the end at once")
  void shouldGiveTheEndOfAClosedChannel() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    here.close();
    there.waitClose(SOON);

    there.setCallback(item -> {}, ended::countDown);

    ended.await();
  }

  @Test
  @DisplayName("G27: a callback that throws closes the channel, and the peer sees the traceback")
  void shouldCloseWithTheTracebackOfACallback() {
    AtomicInteger ends = new AtomicInteger();
    there.setCallback(
        item -> {
          throw new IllegalStateException("not " + item);
        },
        ends::incrementAndGet);

    here.send(5);

    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> here.receive(SOON))
        .withMessageStartingWith("Traceback (most recent call last):\n")
        .withMessageEndingWith("java.lang.IllegalStateException: not 5\n");
    there.waitClose(SOON);
    assertThat(ends).hasValue(1);
    assertThat(there.isClosed()).isTrue();
  }

  @Test
  @DisplayName("G26: a callback that waits holds up its own channel only")
  void shouldNotHoldUpOtherChannels() {
    CountDownLatch go = new CountDownLatch(1);
    there.setCallback(item -> await().until(() -> go.getCount() == 0));
    List<Channel> other = pair.channel();

    here.send(1);
    other.getFirst().send(2);

    assertThat(other.getLast().receive(SOON)).isEqualTo(2);
    go.countDown();
  }

  @Test
  @DisplayName("G28: after a half close the other side's loop ends, and it may still send")
  void shouldGoOnOneWayAfterAHalfClose() {
    here.send(1);
    here.closeOutput();

    assertThat(there.receive(SOON)).isEqualTo(1);
    assertThatExceptionOfType(EndOfChannelException.class).isThrownBy(() -> there.receive(SOON));
    assertThat(there.isClosed()).isFalse();
    there.send(2);
    assertThat(here.receive(SOON)).isEqualTo(2);
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> here.send(3))
        .withMessage("cannot send to <Channel id=1 open>");
  }

  @Test
  @DisplayName("G29: after a close the other side cannot send, and reads what came")
  void shouldFailToSendAfterAClose() {
    here.send(1);
    here.close();
    here.close();
    there.waitClose(SOON);

    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> there.send(2))
        .withMessage("cannot send to <Channel id=1 closed>")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    assertThat(there.receive()).isEqualTo(1);
    assertThat(here.isClosed()).isTrue();
    assertThat(pair.coordinator.channelCount()).isZero();
  }

  @Test
  @DisplayName("G30: a channel within an item arrives as one; one's own comes back the same")
  void shouldCarryChannelsInItems() {
    Channel inner = pair.coordinator.newChannel();

    here.send(List.of(Tuple.of(inner), 1));
    Channel arrived = (Channel) ((Tuple) ((List<?>) there.receive(SOON)).getFirst()).get(0);
    arrived.send("through it");
    there.send(arrived);

    assertThat(inner.receive(SOON)).isEqualTo("through it");
    assertThat(here.receive(SOON)).isSameAs(inner);
  }

  @Test
  @DisplayName("G31: a channel that nobody holds any more is closed at the other side")
  void shouldCloseWhatNobodyHolds() {
    Channel dropped = pair.coordinator.newChannel();
    Channel other = pair.worker.channel(dropped.id());
    Channel called = pair.coordinator.newChannel();
    Channel otherCalled = pair.worker.channel(called.id());
    List<Object> got = new CopyOnWriteArrayList<>();
    called.setCallback(got::add);

    dropped.core().dropped();
    assertThat(other.isClosed()).as("somebody holds it").isFalse();
    dropped = null;
    called = null;

    await()
        .atMost(SOON)
        .until(() -> {
          System.gc();
          return other.isClosed();
        });
    assertThatExceptionOfType(EndOfChannelException.class)
        .isThrownBy(() -> otherCalled.receive(SOON));
    assertThat(otherCalled.isClosed()).isFalse();
    otherCalled.send(1);
    await().atMost(SOON).until(() -> got.equals(List.of(1)));
  }

  @Test
  @DisplayName("G32: close with a text is an error there and an end here")
  void shouldCloseWithAnError() {
    here.close("no more");

    assertThatExceptionOfType(EndOfChannelException.class).isThrownBy(() -> here.receive());
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> there.receive(SOON))
        .withMessage("no more");
  }

  @Test
  @DisplayName("G34: a channel as streams, with and without closing it")
  void shouldServeAsStreams() throws IOException {
    try (var out = here.outputStream(false)) {
      out.write("héllo ".getBytes(StandardCharsets.UTF_8));
      out.write('w');
    }
    here.send("orld\nline two");
    here.outputStream(true).close();

    try (var in = there.inputStream(true)) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("héllo world\nline two");
    }
    assertThat(here.isClosed()).isTrue();
  }

  @Test
  @DisplayName("G13: items of all channels keep their order in each direction")
  void shouldKeepTheOrderAcrossChannels() {
    List<Object> order = new CopyOnWriteArrayList<>();
    Channel second = pair.coordinator.newChannel();
    Channel otherSecond = pair.worker.channel(second.id());
    for (int i = 0; i < 100; i++) {
      (i % 2 == 0 ? here : second).send(i);
    }
    here.close();
    there.waitClose(SOON);

    for (int i = 0; i < 100; i += 2) {
      order.add(there.receive(Duration.ZERO));
      order.add(otherSecond.receive(i == 98 ? SOON : Duration.ZERO));
    }

    assertThat(order).hasSize(100).isSorted().doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("G24: the same without waiting: items in order, then the error once, then the end")
  void shouldReceiveWithoutWaiting() {
    var first = there.receiveAsync();
    var second = there.receiveAsync();
    var cancelled = there.receiveAsync();
    var third = there.receiveAsync();
    var closed = there.waitCloseAsync();
    assertThat(first).isNotDone();
    cancelled.cancel(false);

    here.send(1);
    here.send(null);
    here.send(3);
    assertThat(first.join()).isEqualTo(1);
    assertThat(second.join()).isNull();
    assertThat(third.join()).isEqualTo(3);
    assertThat(closed).isNotDone();
    here.close("it broke");

    assertThat(closed)
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseExactlyInstanceOf(RemoteException.class);
    assertThat(there.receiveAsync())
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseExactlyInstanceOf(EndOfChannelException.class);
    assertThat(there.waitCloseAsync()).succeedsWithin(SOON);
  }

  @Test
  @DisplayName("G60: strings of one channel, at both ends")
  void shouldReconfigureAChannel() {
    here.send("before");
    assertThat(there.receive(SOON)).isEqualTo("before");

    here.reconfigure(new StringCoercion(true, true));
    here.send("text");
    there.send("text");

    assertThat(there.receive(SOON)).isEqualTo(Bytes.ofUtf8("text"));
    assertThat(here.receive(SOON)).isEqualTo(Bytes.ofUtf8("text"));
  }

  @Test
  @DisplayName("G60: strings of channels made later, at both ends; those of before stay")
  void shouldReconfigureALink() {
    pair.coordinator.reconfigure(new StringCoercion(true, true));
    Channel later = here.newChannel();
    here.send(later);
    Channel arrived = (Channel) there.receive(SOON);

    later.send("text");
    arrived.send("text");
    here.send("before");

    assertThat(arrived.receive(SOON)).isEqualTo(Bytes.ofUtf8("text"));
    assertThat(later.receive(SOON)).isEqualTo(Bytes.ofUtf8("text"));
    assertThat(there.receive(SOON)).isEqualTo("before");
  }

  @Test
  void shouldRefuseToRunCodeWhereNobodyDoes() {
    Channel code = pair.coordinator.execute(Tuple.of("1", null, null, new Dict()));

    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> code.receive(SOON))
        .withMessage("execution disallowed");
  }

  @Test
  void shouldSendNothingThatHasNoForm() {
    assertThatExceptionOfType(MidplaneException.class).isThrownBy(() -> here.send(new Object()));
    here.send(Bytes.of());

    assertThat(there.receive(SOON)).isEqualTo(Bytes.of());
  }
}

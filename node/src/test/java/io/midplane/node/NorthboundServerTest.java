package io.midplane.node;

import static io.midplane.protocol.FrameKind.CANCEL;
import static io.midplane.protocol.FrameKind.CREDIT;
import static io.midplane.protocol.FrameKind.END;
import static io.midplane.protocol.FrameKind.ERROR;
import static io.midplane.protocol.FrameKind.HELLO;
import static io.midplane.protocol.FrameKind.ITEMS;
import static io.midplane.protocol.FrameKind.NOTICE;
import static io.midplane.protocol.FrameKind.REPLY;
import static io.midplane.protocol.FrameKind.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Frame;
import io.midplane.protocol.NorthboundLimits;
import io.midplane.protocol.northbound.v1.Credit;
import io.midplane.protocol.northbound.v1.Failure;
import io.midplane.protocol.northbound.v1.Items;
import io.midplane.protocol.northbound.v1.Notice;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.ShowRequest;
import io.midplane.protocol.northbound.v1.StatusRequest;
import io.midplane.protocol.northbound.v1.StopRequest;
import io.midplane.protocol.northbound.v1.Welcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames, connections, limits, credits and deadlines, with a service that answers when told. */
class NorthboundServerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final ServerLimits LIMITS =
      new ServerLimits(new NorthboundLimits(64 << 10, 3, 10), 4, 1 << 20, PATIENCE);

  private final ScriptedService service = new ScriptedService();
  private NorthboundServer server;

  @TempDir Path folder;

  @BeforeEach
  void start() {
    server = NorthboundServer.start(folder.resolve("node.sock"), "one", LIMITS, service);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RawClient greeted() {
    return RawClient.greeted(server.path());
  }

  private static Request.Builder status() {
    return Request.newBuilder().setStatus(StatusRequest.getDefaultInstance());
  }

  private static Request.Builder show(int credits) {
    return Request.newBuilder().setCredits(credits).setShow(ShowRequest.getDefaultInstance());
  }

  private static Failure failure(Frame frame) {
    return frame.payload(Failure.parser());
  }

  @Test
  void shouldStateItsLimitsInTheGreeting() {
    try (RawClient client = RawClient.silent(server.path())) {
      client.send(HELLO, 0, RawClient.hello(7));

      Welcome welcome = client.expect(HELLO).payload(Welcome.parser());

      assertThat(welcome.getProtocol()).isEqualTo(1);
      assertThat(welcome.getNode()).isEqualTo("one");
      assertThat(welcome.getMaxFrameBytes()).isEqualTo(64 << 10);
      assertThat(welcome.getMaxOpenRequests()).isEqualTo(3);
      assertThat(welcome.getMaxCredits()).isEqualTo(10);
    }
  }

  @Test
  void shouldKnowItsCallerFromTheKernel() {
    try (RawClient client = greeted()) {
      client.request(1, status());

      Caller caller = service.nextCall().caller();

      assertThat(caller.user()).isEqualTo(System.getProperty("user.name"));
      assertThat(caller.claimed()).isEqualTo("somebody");
      assertThat(caller.program()).isEqualTo("raw");
    }
  }

  @Test
  void shouldAnswerInAnyOrder() {
    try (RawClient client = greeted()) {
      client.request(1, status()).request(2, status());
      var first = service.nextCall();
      var second = service.nextCall();

      second.reply();
      Frame early = client.expect(REPLY);
      first.reply();
      Frame late = client.expect(REPLY);

      assertThat(early.requestId()).isEqualTo(2);
      assertThat(late.requestId()).isEqualTo(1);
    }
  }

  @Test
  void shouldPutFramesTogetherFromSingleBytes() {
    try (RawClient client = RawClient.silent(server.path())) {
      for (byte one : RawClient.bytes(HELLO, 0, RawClient.hello(1))) {
        client.send(one);
      }
      for (byte one : RawClient.bytes(REQUEST, 5, status().build())) {
        client.send(one);
      }
      service.nextCall().reply();

      client.expect(HELLO);
      assertThat(client.expect(REPLY).requestId()).isEqualTo(5);
    }
  }

  @Test
  void shouldSendNoticesBeforeTheAnswerAndNoneAfter() {
    try (RawClient client = greeted()) {
      client.request(1, status().setNotices(true));
      var call = service.nextCall();

      call.notices().accept("one");
      call.notices().accept("two");
      call.reply();

      assertThat(client.expect(NOTICE).payload(Notice.parser()).getLinesList())
          .containsExactly("one");
      assertThat(client.expect(NOTICE).payload(Notice.parser()).getLinesList())
          .containsExactly("two");
      assertThat(client.expect(REPLY).requestId()).isEqualTo(1);

      call.notices().accept("three");
      client.request(2, status());
      service.nextCall().reply();

      assertThat(client.expect(REPLY).requestId()).isEqualTo(2);
    }
  }

  @Test
  void shouldCallOffACancelledRequest() {
    try (RawClient client = greeted()) {
      client.request(1, status());
      var call = service.nextCall();

      client.send(CANCEL, 1, null);

      assertThat(client.expectFailure().getCode()).isEqualTo("CANCELLED");
      await().untilAsserted(() -> assertThat(call.answer()).isCancelled());
    }
  }

  @Test
  void shouldIgnoreACancelThatComesTooLate() {
    try (RawClient client = greeted()) {
      client.request(1, status());
      service.nextCall().reply();
      client.expect(REPLY);

      client.send(CANCEL, 1, null).send(CREDIT, 1, Credit.newBuilder().setItems(1).build());
      client.request(2, status());
      service.nextCall().reply();

      assertThat(client.expect(REPLY).requestId()).isEqualTo(2);
    }
  }

  @Test
  void shouldEndARequestAtItsDeadline() {
    try (RawClient client = greeted()) {
      client.request(1, status().setTimeoutMillis(20));
      var call = service.nextCall();

      assertThat(client.expectFailure().getCode()).isEqualTo("TIMED_OUT");
      await().untilAsserted(() -> assertThat(call.answer()).isCancelled());
    }
  }

  @Test
  void shouldEndAStreamWhoseNextBatchIsLate() {
    try (RawClient client = greeted()) {
      client.request(1, show(1).setTimeoutMillis(20));
      var stream = service.nextStream();
      var pull = stream.nextPull();

      assertThat(client.expectFailure().getCode()).isEqualTo("TIMED_OUT");
      await().untilAsserted(() -> assertThat(pull.batch()).isCancelled());
      assertThat(stream.closed.join()).isTrue();
    }
  }

  @Test
  void shouldGiveAStreamWithoutCreditsAllTheTimeOfTheWorld() {
    try (RawClient client = greeted()) {
      client.request(1, show(1).setTimeoutMillis(20));
      service.nextStream().nextPull().give(1, false);
      client.expect(ITEMS);
      client.request(2, status().setTimeoutMillis(60));

      assertThat(client.expect(ERROR).requestId()).isEqualTo(2);
    }
  }

  @Test
  void shouldSendNoMoreItemsThanGranted() {
    try (RawClient client = greeted()) {
      client.request(1, show(3));
      var stream = service.nextStream();
      var first = stream.nextPull();
      first.give(2, false);
      var second = stream.nextPull();
      second.give(1, false);
      client.expect(ITEMS);
      client.expect(ITEMS);
      client.expect(ITEMS);
      assertThat(first.max()).isEqualTo(3);
      assertThat(second.max()).isEqualTo(1);
      assertThat(stream.pulls).isEmpty();

      client.send(CREDIT, 1, Credit.newBuilder().setItems(5).build());
      var third = stream.nextPull();
      third.give(1, true);

      assertThat(third.max()).isEqualTo(5);
      assertThat(client.expect(ITEMS).payload(Items.parser()).getText()).isEqualTo("x");
      client.expect(END);
      assertThat(stream.closed.join()).isTrue();
    }
  }

  @Test
  void shouldCallOffACancelledStreamAndSendNothingAfterItsLastFrame() {
    try (RawClient client = greeted()) {
      client.request(1, show(10));
      var stream = service.nextStream();
      var pull = stream.nextPull();

      client.send(CANCEL, 1, null);
      assertThat(client.expectFailure().getCode()).isEqualTo("CANCELLED");
      pull.give(3, false);
      client.request(2, status());
      service.nextCall().reply();

      assertThat(stream.closed.join()).isTrue();
      assertThat(client.expect(REPLY).requestId()).isEqualTo(2);
    }
  }

  @Test
  void shouldEndAStreamWhoseSourceFails() {
    try (RawClient client = greeted()) {
      client.request(1, show(10));
      var stream = service.nextStream();

      stream
          .nextPull()
          .batch()
          .completeExceptionally(new MidplaneException(ErrorCode.DAMAGED, "line 3: torn"));

      Failure failure = client.expectFailure();
      assertThat(failure.getCode()).isEqualTo("DAMAGED");
      assertThat(failure.getMessage()).isEqualTo("line 3: torn");
      assertThat(stream.closed.join()).isTrue();
    }
  }

  @Test
  void shouldLetGoOfEverythingWhenAClientLeaves() {
    RawClient client = greeted();
    client.request(1, show(10)).request(2, status());
    var stream = service.nextStream();
    var pull = stream.nextPull();
    var call = service.nextCall();

    client.close();

    assertThat(stream.closed.join()).isTrue();
    await().untilAsserted(() -> assertThat(pull.batch()).isCancelled());
    await().untilAsserted(() -> assertThat(call.answer()).isCancelled());
  }

  @Test
  void shouldServeOthersWhileOneIsStuckInTheMiddleOfAFrame() {
    byte[] frame = RawClient.bytes(REQUEST, 1, status().build());
    try (RawClient stuck = greeted();
        RawClient other = greeted()) {
      stuck.send(Arrays.copyOf(frame, frame.length - 1));

      other.request(1, status());
      service.nextCall().reply();

      assertThat(other.expect(REPLY).requestId()).isEqualTo(1);
      stuck.send(frame[frame.length - 1]);
      service.nextCall().reply();
      assertThat(stuck.expect(REPLY).requestId()).isEqualTo(1);
    }
  }

  @Test
  void shouldRefuseTooManyConnectionsAndTakeNewOnesLater() {
    List<RawClient> all = IntStream.range(0, 4).mapToObj(i -> greeted()).toList();
    try (RawClient fifth = RawClient.silent(server.path())) {
      Failure failure = fifth.expectFailure();
      assertThat(failure.getCode()).isEqualTo("LIMIT_EXCEEDED");
      assertThat(failure.getMessage()).contains("connections: 5 (expected: at most 4)");
    }
    all.getFirst().close();

    await()
        .untilAsserted(() -> {
          try (RawClient again = RawClient.silent(server.path())) {
            again.send(HELLO, 0, RawClient.hello(1)).expect(HELLO);
          }
        });
    all.forEach(RawClient::close);
  }

  @Test
  void shouldTakeThePlaceOfAClientThatNeverGreets() {
    restart(new ServerLimits(LIMITS.connection(), 2, 1 << 20, Duration.ofMillis(200)));
    byte[] hello = RawClient.bytes(HELLO, 0, RawClient.hello(1));
    try (RawClient silent = RawClient.silent(server.path());
        RawClient slow = RawClient.silent(server.path())) {
      slow.send(Arrays.copyOf(hello, hello.length - 1));

      for (RawClient late : List.of(silent, slow)) {
        Failure failure = late.expectFailure();
        assertThat(failure.getCode()).isEqualTo("TIMED_OUT");
        assertThat(failure.getMessage())
            .isEqualTo("HELLO: not received (expected: within 200 ms of connecting)");
        assertThat(late.next()).isNull();
      }
      try (RawClient prompt = greeted();
          RawClient other = greeted()) {
        other.request(1, status().setTimeoutMillis(400));
        assertThat(other.expectFailure().getCode()).isEqualTo("TIMED_OUT");
        prompt.request(1, status());
        service.nextCall();
        service.nextCall().reply();
        assertThat(prompt.expect(REPLY).requestId()).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldTellItsClientsThatItStops() {
    try (RawClient client = greeted()) {
      client.request(1, status());
      service.nextCall();

      server.close();

      List<Frame> frames = client.untilClosed();
      assertThat(frames).hasSize(1);
      assertThat(frames.getFirst().requestId()).isZero();
      assertThat(failure(frames.getFirst()).getCode()).isEqualTo("UNREACHABLE");
    }
  }

  @Test
  void shouldRefuseAnAnswerThatIsLargerThanAFrame() {
    try (RawClient client = greeted()) {
      client.request(1, status()).request(2, status());

      service.nextCall().answer().complete(ScriptedService.reply(65 << 10));
      Frame refused = client.expect(ERROR);
      service.nextCall().reply();

      assertThat(refused.requestId()).isEqualTo(1);
      assertThat(failure(refused).getCode()).isEqualTo("LIMIT_EXCEEDED");
      client.expect(REPLY);
    }
  }

  @Test
  void shouldStopPullingForAClientThatDoesNotReadAndGoOnWhenItDoes() throws Exception {
    restart(new ServerLimits(new NorthboundLimits(64 << 10, 3, 1000), 4, 16 << 20, PATIENCE));
    String text = "x".repeat(60 << 10);
    try (RawClient client = greeted()) {
      client.request(1, show(1000));
      var stream = service.nextStream();

      int given = give(stream, text);
      for (int i = 0; i < given; i++) {
        client.expect(ITEMS);
      }
      stream.nextPull().give(1, text, true);

      assertThat(given).isBetween(4, 100);
      client.expect(ITEMS);
      client.expect(END);
    }
  }

  /** Gives items one by one until no more are asked for. */
  private static int give(ScriptedService.Opened stream, String text) throws InterruptedException {
    int given = 0;
    for (var pull = stream.nextPullIfAny(); pull != null; pull = stream.nextPullIfAny()) {
      pull.give(1, text, false);
      given++;
    }
    return given;
  }

  @Test
  void shouldDisconnectAClientThatMakesItKeepTooMuch() {
    restart(new ServerLimits(new NorthboundLimits(64 << 10, 100, 10), 4, 300 << 10, PATIENCE));
    try (RawClient deaf = greeted();
        RawClient other = greeted()) {
      for (int i = 1; i <= 100; i++) {
        deaf.request(i, status());
      }
      List<ScriptedService.Got> calls =
          IntStream.range(0, 100).mapToObj(i -> service.nextCall()).toList();

      calls.subList(0, 50).forEach(call -> call.answer().complete(ScriptedService.reply(60 << 10)));
      other.request(1, status());
      service.nextCall().reply();

      assertThat(other.expect(REPLY).requestId()).isEqualTo(1);
      await()
          .untilAsserted(() ->
              assertThat(calls.subList(50, 100)).allMatch(call -> call.answer().isCancelled()));
    }
  }

  private void restart(ServerLimits limits) {
    server.close();
    server = NorthboundServer.start(folder.resolve("node.sock"), "one", limits, service);
  }

  @Test
  void shouldAnswerForAServiceThatThrows() {
    try (RawClient client = greeted()) {
      client.request(1, Request.newBuilder().setStop(StopRequest.getDefaultInstance()));

      Failure failure = client.expectFailure();

      assertThat(failure.getCode()).isEqualTo("INTERNAL");
      assertThat(failure.getMessage()).contains("a bug of the service");
    }
  }

  @Test
  void shouldRefuseACallOfALaterVersionAndGoOn() {
    try (RawClient client = greeted()) {
      client.request(1, Request.newBuilder()).request(2, status());
      service.nextCall().reply();

      assertThat(client.expectFailure().getCode()).isEqualTo("UNSUPPORTED");
      assertThat(client.expect(REPLY).requestId()).isEqualTo(2);
    }
  }
}

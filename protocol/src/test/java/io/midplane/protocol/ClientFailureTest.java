package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.ThreadMark;
import io.midplane.protocol.FakeNode.Received;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.SetReply;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ends a call or a connection, and what does not. */
@Timeout(60)
class ClientFailureTest {
  @TempDir Path folder;

  private static ThrowableAssertAlternative<MidplaneException> failsWith(
      ErrorCode code, ThrowingCallable call) {
    var failure = assertThatExceptionOfType(MidplaneException.class).isThrownBy(call);
    failure.extracting(MidplaneException::code).isEqualTo(code);
    return failure;
  }

  private static void failsLaterWith(ErrorCode code, Future<?> future) {
    assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .extracting(e -> ((MidplaneException) e.getCause()).code())
        .isEqualTo(code);
  }

  @Test
  void shouldSayHowToStartANodeWhereThereIsNone() throws Exception {
    Path socket = folder.resolve("no.sock");
    failsWith(ErrorCode.UNREACHABLE, () -> MidplaneClient.connect(socket))
        .withMessage(
            "no node at " + socket + ": no such socket; start one with: midplane node start");

    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
    }
    failsWith(ErrorCode.UNREACHABLE, () -> MidplaneClient.connect(socket))
        .withMessage(
            "no node at " + socket + ": Connection refused; start one with: midplane node start");
    failsLaterWith(
        ErrorCode.UNREACHABLE,
        MidplaneClient.connectAsync(ClientSettings.defaults().socket(socket))
            .toCompletableFuture());
  }

  @Test
  void shouldRefuseANodeThatDoesNotGreetRight() throws Exception {
    connectFails(ErrorCode.UNREACHABLE, FakeNode.Peer::hangUp);
    connectFails(ErrorCode.UNREACHABLE, peer -> peer.expect(FakeNode.HELLO));
    connectFails(ErrorCode.PROTOCOL_VIOLATION, peer -> peer.write("220 mail ready\r\n".getBytes()));
    connectFails(ErrorCode.PROTOCOL_VIOLATION, peer -> peer.row(1, Row.empty()));
    connectFails(ErrorCode.PROTOCOL_VIOLATION, peer -> peer.send(FakeNode.HELLO, 0, (byte) 0x0a));
    connectFails(ErrorCode.PROTOCOL_VIOLATION, peer -> peer.welcome(2, 1 << 20, 1, 1));
    connectFails(ErrorCode.PROTOCOL_VIOLATION, peer -> peer.welcome(1, 3, 1, 1));
    connectFails(ErrorCode.PROTOCOL_VIOLATION, peer -> peer.welcome(1, 1 << 20, 0, 1));
    connectFails(
        ErrorCode.UNSUPPORTED, peer -> peer.error(0, "UNSUPPORTED", "protocol: 1 (expected: 2)"));
  }

  private void connectFails(ErrorCode code, FakeNode.Script script) throws Exception {
    try (var node = FakeNode.bare(folder, script)) {
      failsWith(code, node::connect);
    }
  }

  @Test
  void shouldNotWaitForeverForAGreeting() throws Exception {
    try (var node =
        FakeNode.bare(
            folder,
            peer -> {
              peer.expect(FakeNode.HELLO);
              peer.expectEnd();
            })) {
      var settings = ClientSettings.defaults().socket(node.socket()).timeout(Duration.ofMillis(50));
      failsWith(ErrorCode.TIMED_OUT, () -> MidplaneClient.connect(settings))
          .withMessageStartingWith("node at ")
          .withMessageContaining(": no greeting within ")
          .withMessageContaining("nothing was asked of it");
      node.awaitPlayed();
    }
  }

  @Test
  void shouldEndEveryWaitAtOnceWhenTheNodeDies() throws Exception {
    endsEveryWait(ErrorCode.UNREACHABLE, (client, peer) -> peer.hangUp());
  }

  @Test
  void shouldEndEveryWaitAtOnceWhenClosed() throws Exception {
    endsEveryWait(ErrorCode.CLOSED, (client, peer) -> client.close());
  }

  @Test
  void shouldEndEveryWaitWithTheNodesReason() throws Exception {
    endsEveryWait(
        ErrorCode.LIMIT_EXCEEDED, (client, peer) -> peer.error(0, "LIMIT_EXCEEDED", "too much"));
  }

  private interface End {
    void end(MidplaneClient client, FakeNode.Peer peer) throws Exception;
  }

  private void endsEveryWait(ErrorCode code, End end) throws Exception {
    var connected = new CompletableFuture<MidplaneClient>();
    int waiters = 20;
    try (var node =
        FakeNode.greeting(
            folder,
            peer -> {
              for (int i = 0; i < 3 * waiters; i++) {
                peer.expect(FakeNode.REQUEST);
              }
              end.end(connected.get(), peer);
            })) {
      var client = node.connect();
      connected.complete(client);
      var outcomes = new ArrayList<Future<?>>();
      for (int i = 0; i < waiters; i++) {
        outcomes.add(inThread(i, () -> client.configuration().get("vlan", "x")));
        outcomes.add(inThread(i, () -> client.configuration().walk("vlan").forEach(row -> {})));
        outcomes.add(client.configuration().getAsync("vlan", "x").toCompletableFuture());
      }
      for (Future<?> outcome : outcomes) {
        failsLaterWith(code, outcome);
      }
      node.awaitPlayed();

      failsWith(code, client::status);
      failsWith(code, () -> client.configuration().walk("vlan"));
      failsLaterWith(code, client.statusAsync().toCompletableFuture());
      client.close();
    }
  }

  private static Future<?> inThread(int i, Runnable task) {
    var outcome = new CompletableFuture<Void>();
    var thread = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
    thread.start(() -> {
      try {
        task.run();
        outcome.complete(null);
      } catch (MidplaneException e) {
        outcome.completeExceptionally(e);
      }
    });
    return outcome;
  }

  @Test
  void shouldGiveUpAtTheDeadlineAndGoOn() throws Exception {
    var bothGivenUp = new CountDownLatch(2);
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  for (int i = 0; i < 2; i++) {
                    Received get = peer.expect(FakeNode.REQUEST);
                    assertThat(get.request().getTimeoutMillis()).isEqualTo(50);
                    assertThat(peer.expect(FakeNode.CANCEL).id()).isEqualTo(get.id());
                    bothGivenUp.countDown();
                    peer.row(get.id(), Row.of("too", "late"));
                  }
                  FakeNode.echoGets(peer);
                });
        var client = node.connect()) {
      var hasty = client.configuration().withTimeout(Duration.ofMillis(50));

      failsWith(ErrorCode.TIMED_OUT, () -> hasty.get("vlan", "blue"))
          .withMessageStartingWith("get vlan [blue]: no answer from node at ")
          .withMessageEndingWith(
              " within 50 ms; the node was told to give up, it may have done it all the same");
      failsLaterWith(ErrorCode.TIMED_OUT, hasty.getAsync("vlan", "blue").toCompletableFuture());
      // The stage fails before the node is told: the next request may well overtake that word.
      assertThat(bothGivenUp.await(20, TimeUnit.SECONDS)).isTrue();

      assertThat(client.configuration().get("vlan", "x").text("key")).isEqualTo("x");
      client.close();
      node.awaitPlayed();
    }
  }

  @Test
  void shouldTimeOutAsynchronousCallsEachAtItsOwnTime() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  while (peer.receive() != null) {
                    // Never answers.
                  }
                });
        var client = node.connect()) {
      var configuration = client.configuration();
      var late = configuration.withTimeout(Duration.ofMinutes(10)).getAsync("a", 1);
      var answers = new ArrayList<CompletableFuture<Row>>();
      for (int millis : new int[] {60, 20, 40}) {
        var hasty = configuration.withTimeout(Duration.ofMillis(millis));
        answers.add(hasty.getAsync("a", 1).toCompletableFuture());
      }
      for (var answer : answers) {
        failsLaterWith(ErrorCode.TIMED_OUT, answer);
      }
      assertThat(late.toCompletableFuture()).isNotDone();
      client.close();
      failsLaterWith(ErrorCode.CLOSED, late.toCompletableFuture());
      node.awaitPlayed();
    }
  }

  @Test
  void shouldTellTheNodeWhenAStageIsCancelledOrCompleted() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  long first = peer.expect(FakeNode.REQUEST).id();
                  assertThat(peer.expect(FakeNode.CANCEL).id()).isEqualTo(first);
                  long second = peer.expect(FakeNode.REQUEST).id();
                  assertThat(peer.expect(FakeNode.CANCEL).id()).isEqualTo(second);
                  long third = peer.expect(FakeNode.REQUEST).id();
                  assertThat(peer.expect(FakeNode.CANCEL).id()).isEqualTo(third);
                });
        var client = node.connect()) {
      var configuration = client.configuration();
      configuration.getAsync("vlan", 1).toCompletableFuture().cancel(true);
      configuration.getAsync("vlan", 2).toCompletableFuture().complete(Row.empty());
      configuration
          .showAsync()
          .toCompletableFuture()
          .completeOnTimeout("", 50, TimeUnit.MILLISECONDS);

      node.awaitPlayed();
    }
  }

  @Test
  void shouldEndAnInterruptedCallAndKeepTheConnection() throws Exception {
    var asked = new CountDownLatch(1);
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  peer.expect(FakeNode.REQUEST);
                  asked.countDown();
                  peer.expect(FakeNode.CANCEL);
                  Received already = peer.expect(FakeNode.REQUEST);
                  assertThat(peer.expect(FakeNode.CANCEL).id()).isEqualTo(already.id());
                  FakeNode.echoGets(peer);
                });
        var client = node.connect()) {
      var interrupted = new CompletableFuture<Boolean>();
      Thread thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  failsWith(ErrorCode.CANCELLED, () -> client.configuration().get("vlan", "x"))
                      .withMessageContaining("the waiting thread was interrupted");
                  interrupted.complete(Thread.currentThread().isInterrupted());
                } catch (AssertionError e) {
                  interrupted.completeExceptionally(e);
                }
              });
      asked.await();
      thread.interrupt();
      assertThat(interrupted.get(20, TimeUnit.SECONDS)).as("interrupt flag").isTrue();

      Thread.currentThread().interrupt();
      failsWith(ErrorCode.CANCELLED, () -> client.configuration().get("vlan", "x"));
      assertThat(Thread.interrupted()).as("interrupt flag").isTrue();

      assertThat(client.configuration().get("vlan", "x").text("key")).isEqualTo("x");
      client.close();
      node.awaitPlayed();
    }
  }

  @Test
  @DisplayName("L0: a thread that must not wait is refused before anything is sent")
  void shouldRefuseToWaitOnAThreadThatMustNot() throws Exception {
    try (var node = FakeNode.greeting(folder, FakeNode::echoGets);
        var client = node.connect()) {
      var configuration = client.configuration();
      List<ThrowingCallable> waits =
          List.of(
              () -> configuration.get("vlan", "x"),
              () -> configuration.set("vlan", Row.empty()),
              () -> configuration.op("vlan", "delete", Row.empty()),
              configuration::tables,
              configuration::save,
              configuration::list,
              () -> configuration.use("lab"),
              configuration::show,
              configuration::diff,
              () -> configuration.walk("vlan").iterator().hasNext(),
              client::status,
              client::stop,
              () -> client.watch(""),
              () -> MidplaneClient.connect(node.socket()));
      for (ThrowingCallable wait : waits) {
        assertThatThrownBy(() -> onActor(wait))
            .isInstanceOf(DeadlockDetectedException.class)
            .hasMessageContaining("Async()")
            .extracting(e -> ((DeadlockDetectedException) e).level())
            .isEqualTo(DeadlockLevel.L0);
      }

      var answer = new CompletableFuture<Row>();
      onActor(() -> configuration.getAsync("vlan", "x").thenAccept(answer::complete));
      assertThat(answer.get(20, TimeUnit.SECONDS).text("key")).isEqualTo("x");
      client.close();
      node.awaitPlayed();
    }
  }

  private static void onActor(ThrowingCallable task) throws Exception {
    ThreadMark previous = ThreadMark.enter("an actor");
    try {
      task.call();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      ThreadMark.leave(previous);
    }
  }

  @Test
  void shouldCompleteStagesOnVirtualThreads() throws Exception {
    var callbacks = new CountDownLatch(1);
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  Received get = peer.expect(FakeNode.REQUEST);
                  callbacks.await();
                  peer.row(get.id(), Row.empty());
                  peer.expectEnd();
                });
        var client = node.connect()) {
      var where =
          client.configuration().getAsync("vlan", 1).thenApply(row -> Thread.currentThread());
      callbacks.countDown();
      assertThat(where.toCompletableFuture().get(20, TimeUnit.SECONDS).isVirtual()).isTrue();

      client.close();
      var stage = client.configuration().getAsync("vlan", 1);
      assertThat(stage.handle((row, failure) -> failure).toCompletableFuture().get())
          .isInstanceOf(MidplaneException.class);
      node.awaitPlayed();
    }
  }

  @Test
  void shouldRefuseANodeThatBreaksTheRulesOfCalls() throws Exception {
    List<FakeNode.Script> breaches =
        List.of(
            peer -> peer.row(2, Row.empty()),
            peer -> peer.reply(1, Reply.newBuilder().setSet(SetReply.getDefaultInstance()).build()),
            peer -> peer.reply(1, Reply.getDefaultInstance()),
            peer -> peer.send(FakeNode.REPLY, 1, (byte) 0x0a),
            peer -> peer.send(FakeNode.ERROR, 1, (byte) 0x0a),
            peer -> peer.send(FakeNode.NOTICE, 1, (byte) 0x0a),
            peer -> peer.rows(1, false, Row.empty()),
            peer -> peer.end(1),
            peer -> peer.welcome(),
            peer -> peer.send(FakeNode.REQUEST, 1),
            peer -> peer.send(77, 1),
            peer -> peer.write((byte) 0, (byte) 0x10, (byte) 0, (byte) 1));
    for (FakeNode.Script breach : breaches) {
      for (boolean async : new boolean[] {false, true}) {
        try (var node =
                FakeNode.greeting(
                    folder,
                    peer -> {
                      peer.expect(FakeNode.REQUEST);
                      breach.play(peer);
                      peer.expectEnd();
                    });
            var client = node.connect()) {
          if (async) {
            failsLaterWith(
                ErrorCode.PROTOCOL_VIOLATION,
                client.configuration().getAsync("vlan", 1).toCompletableFuture());
          } else {
            failsWith(ErrorCode.PROTOCOL_VIOLATION, () -> client.configuration().get("vlan", 1));
          }
          failsWith(ErrorCode.PROTOCOL_VIOLATION, client::status);
          node.awaitPlayed();
        }
      }
    }
  }

  @Test
  void shouldFailInOrderWhateverTheNodeSends() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] noise = new byte[1 + random.nextInt(60)];
      random.nextBytes(noise);
      byte[] bytes = round % 2 == 0 ? noise : FakeNode.Peer.frame(1 + random.nextInt(10), 1, noise);
      try (var node =
              FakeNode.greeting(
                  folder,
                  peer -> {
                    peer.expect(FakeNode.REQUEST);
                    peer.write(bytes);
                    peer.hangUp();
                  });
          var client = node.connect()) {
        assertThatThrownBy(() -> client.configuration().get("vlan", 1))
            .as("seed %d round %d", seed, round)
            .isInstanceOf(MidplaneException.class);
        assertThatThrownBy(client::status).isInstanceOf(MidplaneException.class);
        node.awaitPlayed();
      }
    }
  }

  @Test
  void shouldKeepTheNodesLimits() throws Exception {
    var refused = new CountDownLatch(1);
    try (var node =
            FakeNode.bare(
                folder,
                peer -> {
                  peer.expect(FakeNode.HELLO);
                  peer.welcome(1, 1024, 2, 7);
                  long first = peer.expect(FakeNode.REQUEST).id();
                  Received walk = peer.expect(FakeNode.REQUEST);
                  assertThat(walk.request().getCredits()).isEqualTo(7);
                  refused.await();
                  peer.row(first, Row.empty());
                  peer.row(peer.expect(FakeNode.REQUEST).id(), Row.empty());
                  peer.expect(FakeNode.CANCEL);
                });
        var client = node.connect()) {
      var configuration = client.configuration();
      failsWith(ErrorCode.LIMIT_EXCEEDED, () -> configuration.get("vlan", "x".repeat(1024)))
          .withMessageContaining("(expected: at most 1024)");
      var first = configuration.getAsync("vlan", 1).toCompletableFuture();
      try (var rows = configuration.walk("vlan")) {
        failsWith(ErrorCode.LIMIT_EXCEEDED, () -> configuration.get("vlan", 2))
            .withMessage(
                "get vlan [2]: 2 requests are open on this connection (expected: fewer than 2);"
                    + " wait for some to end");
        refused.countDown();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(Row.empty());
        assertThat(configuration.get("vlan", 3)).isEqualTo(Row.empty());
        assertThat(rows.status()).isEqualTo(RowStatus.SUCCESS);
      }
      node.awaitPlayed();
    }
  }

  @Test
  void shouldKeepWhatTheSocketDoesNotTakeAndSendItLater() throws Exception {
    var refused = new CountDownLatch(1);
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  refused.await();
                  for (Received next = peer.receive(); next != null; next = peer.receive()) {
                    peer.reply(
                        next.id(),
                        Reply.newBuilder().setSet(SetReply.getDefaultInstance()).build());
                  }
                });
        var client = node.connect()) {
      var large = Row.of("name", "x".repeat(500_000));
      var answers = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 60; i++) {
        answers.add(client.configuration().setAsync("vlan", large).toCompletableFuture());
      }
      // About 16 MiB are kept, and what the socket took.
      for (var late : answers.subList(40, 60)) {
        failsLaterWith(ErrorCode.LIMIT_EXCEEDED, late);
      }
      refused.countDown();

      for (var early : answers.subList(0, 30)) {
        assertThat(early.get(20, TimeUnit.SECONDS)).isEqualTo(Row.empty());
      }
      client.configuration().set("vlan", large);
      client.close();
      node.awaitPlayed();
    }
  }
}

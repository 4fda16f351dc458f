package io.midplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.actors.Service;
import io.midplane.calls.MidplaneException;
import io.midplane.testkit.EchoActor.Command;
import io.midplane.testkit.EchoActor.Refuse;
import io.midplane.testkit.EchoActor.Say;
import io.midplane.testkit.EchoActor.Stop;
import io.midplane.testkit.EchoActor.Swallow;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each check of {@link MidplaneTest} finds what it is there for, and a tidy test passes. */
class LeftBehindTest {

  /** Releases what the fixtures leave. */
  private static volatile CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void releaseWhatWasLeft() {
    release.countDown();
    release = new CountDownLatch(1);
  }

  @MidplaneTest
  static class Tidy {
    @Test
    void shouldEcho(Midplane midplane, Probes probes) throws InterruptedException {
      ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");
      TestProbe<String> probe = probes.of(String.class, "listener");
      Thread thread = new Thread(() -> echo.tell(new Say("hello", probe.getRef())));

      thread.start();
      thread.join();

      probe.expectMessage("hello");
      assertThat(midplane.<Command, String>ask(echo, replyTo -> new Say("again", replyTo)))
          .isEqualTo("again");
    }
  }

  @Test
  void shouldPassATidyTestAndPrintNothing() {
    FixtureRun run = FixtureRun.of(Tidy.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.passed()).isOne();
    assertThat(run.output()).doesNotContain("=== midplane");
  }

  @MidplaneTest
  static class LeavesADeadLetter {
    @Test
    void shouldTalkToTheDead(Midplane midplane, Probes probes) {
      tellTheDead(midplane, probes);
    }
  }

  @Test
  void shouldFailATestThatLeavesADeadLetter() {
    FixtureRun run = FixtureRun.of(LeavesADeadLetter.class);

    assertThat(run.failure())
        .hasMessageStartingWith("LeavesADeadLetter.shouldTalkToTheDead left behind:")
        .hasMessageContaining(
            "dead letter: Refuse Refuse[text=lost] to /user/echo; declare it with"
                + " @ExpectDeadLetters");
    assertThat(run.output()).contains("=== midplane: ", "left something behind");
  }

  @MidplaneTest
  static class LeavesAnUnhandledMessage {
    @Test
    void shouldBeMisunderstood(Midplane midplane) {
      tellTheDeaf(midplane);
    }
  }

  @Test
  void shouldFailATestThatLeavesAnUnhandledMessage() {
    assertThat(FixtureRun.of(LeavesAnUnhandledMessage.class).failure())
        .hasMessageContaining(
            "unhandled message: Refuse Refuse[text=what] to /user/deaf; declare it with"
                + " @ExpectUnhandled");
  }

  @MidplaneTest
  static class DeclaresWhatItLoses {
    @Test
    @ExpectDeadLetters(value = Refuse.class, to = "/user/echo", times = 1)
    void shouldTalkToTheDead(Midplane midplane, Probes probes) {
      tellTheDead(midplane, probes);
    }

    @Test
    @ExpectUnhandled(Command.class)
    void shouldBeMisunderstood(Midplane midplane) {
      tellTheDeaf(midplane);
    }

    @Test
    @ExpectDeadLetters(to = "/user/silent")
    @ExpectDeadLetters(to = "/user/echo")
    @ExpectUnhandled
    void shouldDoAllOfIt(Midplane midplane, Probes probes) {
      tellTheDead(midplane, probes);
      ActorRef<Object> silent = midplane.spawnActor(Behaviors.<Object>stopped(), "silent");
      probes.of(Object.class).expectTerminated(silent);
      silent.tell("anybody?");
      tellTheDeaf(midplane);
    }
  }

  @Test
  void shouldPassATestThatDeclaresWhatItLosesAndTellTheBuild() {
    FixtureRun run = FixtureRun.of(DeclaresWhatItLoses.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.passed()).isEqualTo(3);
    assertThat(run.output().lines())
        .contains(
            "midplane-test: expects dead letters naming " + Refuse.class.getName(),
            "midplane-test: expects dead letters naming /user/silent");
  }

  @MidplaneTest(config = "midplane.testkit.patience = 1s")
  static class DeclaresTooMuch {
    @Test
    @ExpectDeadLetters
    void shouldLoseNothing() {}

    @Test
    @ExpectUnhandled(value = Refuse.class, times = 2)
    void shouldLoseTwo(Midplane midplane) {
      tellTheDeaf(midplane);
    }

    @Test
    @ExpectDeadLetters(value = Say.class)
    void shouldLoseAnotherType(Midplane midplane, Probes probes) {
      tellTheDead(midplane, probes);
    }
  }

  @Test
  void shouldFailATestThatDoesNotLoseWhatItDeclares() {
    assertThat(FixtureRun.of(DeclaresTooMuch.class).failures())
        .extracting(Throwable::getMessage)
        .satisfiesExactlyInAnyOrder(
            nothing ->
                assertThat(nothing)
                    .contains("expected dead letter of any type: 0 came (expected: at least 1)"),
            one ->
                assertThat(one)
                    .contains(
                        "expected unhandled message of %s: 1 came (expected: 2)"
                            .formatted(Refuse.class.getName())),
            other ->
                assertThat(other)
                    .contains("dead letter: Refuse", "expected dead letter of", "0 came"));
  }

  @MidplaneTest(config = "midplane.testkit.patience = 100ms")
  static class LeavesACallerBlocked {
    @Test
    void shouldNotWait(Midplane midplane) {
      ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");
      Thread.ofPlatform()
          .name("impatient")
          .start(() -> {
            try {
              midplane.<Command, String>ask(echo, Swallow::new);
            } catch (MidplaneException closed) {
              // The runtime was closed, as it should be.
            }
          });
      Awaitility.await().until(() -> !midplane.graph().waits().isEmpty());
    }
  }

  @Test
  void shouldFailATestThatLeavesAnEdgeInTheGraph() {
    FixtureRun run = FixtureRun.of(LeavesACallerBlocked.class);

    assertThat(run.failure()).hasMessageContaining("blocked call: impatient waits for echo: ");
    assertThat(run.output())
        .containsPattern("blocked calls:\n  impatient waits for echo: .*, for \\d")
        .containsPattern("\"impatient\" \\w*WAITING");
  }

  @MidplaneTest(config = "midplane.testkit.patience = 100ms")
  static class LeavesAHandlerBlocked {
    @Test
    void shouldNotWait(Midplane midplane) {
      ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");
      Service<String, String> relay =
          midplane.service("relay", text -> midplane.<Command, String>ask(echo, Swallow::new));
      CompletionStage<String> unused = relay.callAsync("hello");
      Awaitility.await().until(() -> !midplane.graph().waits().isEmpty());
    }
  }

  @Test
  void shouldFailATestThatLeavesAHandlersEdgeInTheGraph() {
    assertThat(FixtureRun.of(LeavesAHandlerBlocked.class).failure())
        .hasMessageContaining("blocked call: relay waits for echo: ask Swallow")
        .hasMessageContaining("open call: main waits for relay: hello");
  }

  @MidplaneTest(config = "midplane.testkit.patience = 100ms")
  static class LeavesAnOpenCall {
    @Test
    void shouldNotWait(Midplane midplane) {
      ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");
      CompletionStage<String> unused = midplane.askAsync(echo, Swallow::new);
    }
  }

  @Test
  void shouldFailATestThatLeavesAnOpenCall() {
    FixtureRun run = FixtureRun.of(LeavesAnOpenCall.class);

    assertThat(run.failure())
        .hasMessageContaining("open call: main waits for echo: ")
        .hasMessageContaining("wait for its answer, or cancel it");
    assertThat(run.output())
        .containsPattern("open calls that nobody is blocked on:\n  \\S+ waits for echo");
  }

  @MidplaneTest(config = "midplane.testkit.patience = 100ms")
  static class LeavesThreads {
    @Test
    void shouldEndItsThread() {
      Thread.ofPlatform().daemon().name("forgotten-1").start(LeftBehindTest::awaitRelease);
    }

    @Test
    void shouldEndItsVirtualThread() {
      Thread.ofVirtual().name("forgotten-2").start(LeftBehindTest::awaitRelease);
    }

    @Test
    @MidplaneTest(config = "midplane.testkit { allowed-threads = [forgotten], patience = 5s }")
    void shouldBeAllowedToLeaveIt() {
      Thread.ofVirtual().name("forgotten-3").start(LeftBehindTest::awaitRelease);
    }
  }

  @Test
  void shouldFailATestThatLeavesAThread() {
    assertThat(FixtureRun.of(LeavesThreads.class).failures())
        .extracting(Throwable::getMessage)
        .satisfiesExactlyInAnyOrder(
            platform ->
                assertThat(platform)
                    .contains("thread: \"forgotten-1\" WAITING; end it, or allow it in")
                    .contains("LeftBehindTest.awaitRelease"),
            virtual ->
                assertThat(virtual)
                    .contains("thread: \"forgotten-2\" virtual WAITING; end it")
                    .contains("LeftBehindTest.awaitRelease"));
  }

  @MidplaneTest(config = "midplane.stop.timeout = 200ms")
  static class DoesNotStop {
    @Test
    void shouldStop(Midplane midplane, Probes probes) {
      ActorRef<ActorRef<String>> stubborn = midplane.spawnActor(stubborn(), "stubborn");
      TestProbe<String> probe = probes.of(String.class);
      stubborn.tell(probe.getRef());
      probe.expectMessage("here");
    }
  }

  @Test
  void shouldFailATestWhoseRuntimeDoesNotStop() {
    FixtureRun run = FixtureRun.of(DoesNotStop.class);

    assertThat(run.failure())
        .hasMessageContaining("runtime that does not stop: runtime shouldStop_")
        .hasMessageContaining("actors still running");
    assertThat(run.output())
        .contains("=== midplane: DoesNotStop.shouldStop did not stop", "awaitRelease", "stubborn");
  }

  @MidplaneTest
  static class FailsAndLeavesAThread {
    @Test
    @MidplaneTest(config = "midplane.testkit.patience = 100ms")
    void shouldFailForItsOwnReason() {
      Thread.ofPlatform().name("forgotten-4").start(LeftBehindTest::awaitRelease);
      throw new IllegalStateException("a reason of its own");
    }
  }

  @Test
  void shouldNotHideWhatATestFailsWith() {
    Throwable failure = FixtureRun.of(FailsAndLeavesAThread.class).failure();

    assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("a reason of its own");
    assertThat(failure.getSuppressed())
        .singleElement()
        .asString()
        .contains("left behind", "forgotten-4");
  }

  @MidplaneTest
  static class RunsBesideOthers {
    @Test
    void shouldEchoOne(Midplane midplane) {
      midplane.spawnActor(EchoActor.create(), "echo");
    }

    @Test
    void shouldEchoTwo(Midplane midplane) {
      midplane.spawnActor(EchoActor.create(), "echo");
    }

    @Test
    void shouldLeaveNothing(Midplane midplane, Probes probes) {
      tellTheDead(midplane, probes);
    }
  }

  @Test
  void shouldTellTestsApartThatRunInParallel() {
    FixtureRun run =
        FixtureRun.of(
            RunsBesideOthers.class,
            Map.of(
                "junit.jupiter.execution.parallel.enabled", "true",
                "junit.jupiter.execution.parallel.mode.default", "concurrent",
                "junit.jupiter.execution.parallel.config.strategy", "fixed",
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "3"));

    assertThat(run.passed()).isEqualTo(2);
    assertThat(run.failure()).hasMessageContaining("RunsBesideOthers.shouldLeaveNothing left");
  }

  private static void tellTheDead(Midplane midplane, Probes probes) {
    ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");
    echo.tell(new Stop());
    probes.of(Object.class).expectTerminated(echo);
    echo.tell(new Refuse("lost"));
  }

  private static void tellTheDeaf(Midplane midplane) {
    midplane.spawnActor(EchoActor.create(), "deaf").tell(new Refuse("what"));
  }

  private static Behavior<ActorRef<String>> stubborn() {
    return Behaviors.<ActorRef<String>>receive(
        (context, replyTo) -> {
          replyTo.tell("here");
          return Behaviors.same();
        },
        (context, signal) -> {
          if (signal instanceof PostStop) {
            awaitRelease();
          }
          return Behaviors.same();
        });
  }

  private static void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}

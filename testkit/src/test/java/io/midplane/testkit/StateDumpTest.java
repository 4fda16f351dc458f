package io.midplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import io.midplane.actors.Midplane;
import io.midplane.actors.ProcessState;
import io.midplane.calls.MidplaneException;
import io.midplane.testkit.EchoActor.Command;
import io.midplane.testkit.EchoActor.Swallow;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What is printed when a test fails says what somebody needs who has to find out why. */
class StateDumpTest {

  @MidplaneTest(config = "midplane.agents.restart-backoff { min = 10s, max = 10s }")
  static class FailsAmidWork {
    @Test
    void shouldFail(Midplane midplane) {
      midplane.launch(
          () ->
              context -> {
                context.waitingFor("fdb");
              },
          "vlan");
      midplane.launch(
          () ->
              context -> {
                throw new IllegalStateException("no route to the table");
              },
          "routes");
      ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");
      Thread.ofVirtual()
          .name("caller")
          .start(() -> {
            try {
              midplane.<Command, String>ask(echo, Swallow::new);
            } catch (MidplaneException closed) {
              // The runtime was closed, as it should be.
            }
          });
      LoggerFactory.getLogger("fixture").info("the line before the failure");
      Awaitility.await()
          .until(() ->
              midplane.graph().waits().size() == 1
                  && midplane.agent("vlan").orElseThrow().state() == ProcessState.LOADCFG
                  && midplane.agent("routes").orElseThrow().state() == ProcessState.FAIL);
      throw new AssertionError("expected something else");
    }
  }

  @Test
  void shouldShowTheStateOfTheRuntimeAtAFailure() {
    FixtureRun run = FixtureRun.of(FailsAmidWork.class);

    assertThat(run.failure()).hasMessage("expected something else");
    assertThat(run.failure().getSuppressed()).isEmpty();
    assertThat(run.output())
        .contains("=== midplane: FailsAmidWork.shouldFail failed: ", "expected something else")
        .containsPattern("runtime shouldFail_\\d+: READY")
        .containsPattern("  vlan: LOADCFG, restarts 0, started \\d+\\.\\d+ s ago; fdb")
        .containsPattern("  routes: FAIL, .*; .*no route to the table")
        .contains("java.lang.IllegalStateException: no route to the table")
        .containsPattern("blocked calls:\n  caller waits for echo: .*, for \\d+\\.\\d+ s")
        .containsPattern("threads:\n(.*\n)*  \"caller\" virtual \\w*WAITING\n(.*\n)*.*BlockingGate")
        .containsPattern(
            "last events:\n(.*\n)*.* routes #\\d agent\\.routes\\.fail \\{name=routes, state=FAIL")
        .contains("the line before the failure")
        .containsPattern("actors:\n(.*\n)*.*echo")
        .contains("=== end");
  }

  @MidplaneTest
  static class Hangs {
    @Test
    @Timeout(2)
    void shouldAnswer(Midplane midplane) {
      ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");
      midplane.<Command, String>ask(echo, Swallow::new, Duration.ofDays(1));
    }
  }

  @Test
  void shouldShowWhatATestHangsInBeforeItIsInterrupted() {
    FixtureRun run = FixtureRun.of(Hangs.class);

    assertThat(run.failure()).hasMessageContaining("timed out after 2 seconds");
    assertThat(run.output())
        .containsOnlyOnce("=== midplane: ")
        .contains("=== midplane: Hangs.shouldAnswer timed out")
        .contains("main waits for echo: ")
        .contains("Hangs.shouldAnswer(");
  }

  @MidplaneTest
  static class GivesUp {
    @Test
    @ExpectDeadLetters
    void shouldBeAborted() {
      Assumptions.abort("no such peer here");
    }
  }

  @Test
  void shouldShowNothingOfATestThatWasGivenUp() {
    FixtureRun run = FixtureRun.of(GivesUp.class);

    assertThat(run.results().testEvents().aborted().count()).isOne();
    assertThat(run.output()).doesNotContain("=== midplane");
  }
}

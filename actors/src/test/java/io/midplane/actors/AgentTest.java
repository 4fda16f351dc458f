package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentTest {

  @RegisterExtension final RuntimeUnderTest runtime = RuntimeUnderTest.withManualTime();

  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private final AtomicReference<AgentContext> context = new AtomicReference<>();
  private Midplane midplane;

  @BeforeEach
  void watchStates() {
    midplane = runtime.midplane();
    midplane.events().subscribe(EventId.of("agent"), event -> seen.add(event.id().toString()));
  }

  @Test
  @DisplayName("R1: a name that breaks the rule is refused, naming the rule")
  void shouldRefuseANameThatBreaksTheRule() {
    for (String name : List.of("", "1st", "a-b", "x".repeat(32))) {
      assertThatThrownBy(() -> midplane.spawn(readyAgent(), name))
          .isInstanceOfSatisfying(
              MidplaneException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageContaining("a letter, then at most 30 letters, digits or '_'");
    }
    assertThat(midplane.agents()).isEmpty();
  }

  @Test
  @DisplayName("R1: a second agent of one name is refused, and the first lives on")
  void shouldRefuseASecondAgentOfOneName() {
    AgentHandle first = midplane.spawn(readyAgent(), "vlan");

    assertThatThrownBy(() -> midplane.spawn(readyAgent(), "vlan"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
        .hasMessageContaining("vlan")
        .hasMessageContaining("READY");
    assertThat(first.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("R4: a normal start shows BOOTING, LOADCFG, READY in this order; a stop STOPPED")
  void shouldPassThroughTheStatesInOrder() {
    AgentHandle agent = midplane.spawn(readyAgent(), "vlan");
    agent.stop();

    await()
        .untilAsserted(() ->
            assertThat(seen)
                .containsExactly(
                    "agent.vlan.booting",
                    "agent.vlan.loadcfg",
                    "agent.vlan.ready",
                    "agent.vlan.stopped"));
    assertThat(agent.state()).isEqualTo(ProcessState.STOPPED);
  }

  @Test
  @DisplayName("R4: BOOTING lasts as long as start() does, also if it says ready at once")
  void shouldBeBootingUntilStartIsOver() {
    var during = new AtomicReference<ProcessState>();

    midplane.spawn(
        started -> {
          started.ready();
          during.set(midplane.agents().getFirst().state());
        },
        "vlan");

    assertThat(during).hasValue(ProcessState.BOOTING);
  }

  @Test
  @DisplayName("R5: an agent that never says ready stays in LOADCFG and is shown so")
  void shouldStayInLoadcfgWithoutReady() {
    AgentHandle agent = midplane.launch(() -> started -> started.waitingFor("fdb"), "vlan");

    await().until(() -> agent.status().detail().equals("fdb"));
    runtime.passTime(Duration.ofDays(1));

    assertThat(midplane.agents())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.name()).isEqualTo("vlan");
          assertThat(status.state()).isEqualTo(ProcessState.LOADCFG);
        });
    assertThat(seen).doesNotContain("agent.vlan.ready");
  }

  @Test
  void shouldSayWhatAnAgentWaitsForWhenItIsNotReadyInTime() {
    AgentHandle agent = midplane.launch(() -> started -> started.waitingFor("fdb, READY"), "vlan");
    await().until(() -> !agent.status().detail().isEmpty());

    assertThatThrownBy(() -> agent.awaitReady(Duration.ofMillis(1)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
        .hasMessage("agent vlan: not READY after PT0.001S (state LOADCFG: fdb, READY)");
  }

  @Test
  void shouldReturnFromSpawnOnceReadyIsSaidByAnotherThread() {
    AgentHandle agent = midplane.spawn(started -> Thread.ofVirtual().start(started::ready), "vlan");

    assertThat(agent.state()).isEqualTo(ProcessState.READY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldThrowFromSpawnWhatFailedTheStartAndStopTheAgent(boolean renewable) {
    var starts = new AtomicInteger();
    Agent broken =
        started -> {
          starts.incrementAndGet();
          throw new IllegalStateException("no such port");
        };

    assertThatThrownBy(
            () -> {
              if (renewable) {
                midplane.spawn(() -> broken, "vlan");
              } else {
                midplane.spawn(broken, "vlan");
              }
            })
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("vlan")
        .hasMessageContaining("no such port")
        .hasRootCauseInstanceOf(IllegalStateException.class);

    assertThat(midplane.agents()).isEmpty();
    runtime.passTime(Duration.ofHours(1));
    assertThat(starts).hasValue(1);
    midplane.spawn(readyAgent(), "vlan").stop();
  }

  @Test
  void shouldFailOnlyTheAgentIfAClassOfItDoesNotLoad() {
    assertThatThrownBy(() ->
            midplane.spawn(
                (Supplier<Agent>)
                    () -> {
                      throw new NoClassDefFoundError("com/example/Missing");
                    },
                "vlan"))
        .hasRootCauseInstanceOf(NoClassDefFoundError.class);

    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  void shouldCompleteSpawnAsyncOffTheActorsThreads() {
    var virtual =
        midplane
            .spawnAsync(() -> context::set, "vlan")
            .thenApply(handle -> Thread.currentThread().isVirtual())
            .toCompletableFuture();
    await().until(() -> context.get() != null);

    context.get().ready();

    assertThat(virtual.join()).isTrue();
    assertThat(midplane.agent("vlan").orElseThrow().state()).isEqualTo(ProcessState.READY);
  }

  @Test
  void shouldFailSpawnAsyncAndFreeTheName() {
    var stage =
        midplane.spawnAsync(
            () -> started -> started.fail(new IllegalStateException("no such port")), "vlan");

    assertThatThrownBy(() -> stage.toCompletableFuture().join())
        .hasRootCauseMessage("no such port");
    assertThat(midplane.agents()).isEmpty();
  }

  @Test
  @DisplayName("R6: an agent that fails is started again and counted")
  void shouldStartAFailedAgentAgainAndCount() {
    AgentHandle agent = midplane.spawn(this::contextAgent, "vlan");

    failWith("boom", agent);
    assertThat(agent.failure()).hasValueSatisfying(e -> assertThat(e).hasMessage("boom"));
    assertThat(agent.status().detail()).contains("boom");
    assertThat(agent.restarts()).isZero();

    runtime.passTime(Duration.ofMillis(100));
    await().until(() -> agent.state() == ProcessState.READY);
    assertThat(agent.restarts()).isEqualTo(1);
    assertThat(agent.failure()).isEmpty();
  }

  @Test
  @DisplayName("R6: the pause doubles up to the longest, and begins anew after a long READY")
  void shouldPauseLongerAfterEachFailure() {
    AgentHandle agent = midplane.spawn(this::contextAgent, "vlan");

    for (long pause : new long[] {100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000}) {
      int restarts = agent.restarts();
      failWith("boom", agent);
      runtime.passTime(Duration.ofMillis(pause - 1));
      assertThat(agent.restarts()).isEqualTo(restarts);
      runtime.passTime(Duration.ofMillis(1));
      await().until(() -> agent.state() == ProcessState.READY);
    }

    runtime.passTime(Duration.ofSeconds(10));
    failWith("boom", agent);
    runtime.passTime(Duration.ofMillis(100));
    await().until(() -> agent.state() == ProcessState.READY);
  }

  @Test
  @DisplayName("R6: restart stops gracefully, starts again and counts one")
  void shouldRestartOnDemand() {
    var stops = new AtomicInteger();
    AgentHandle agent =
        midplane.spawn(
            () ->
                new Agent() {
                  @Override
                  public void start(AgentContext started) {
                    started.ready();
                  }

                  @Override
                  public void stop() {
                    stops.incrementAndGet();
                  }
                },
            "vlan");

    agent.restart();

    assertThat(agent.state()).isEqualTo(ProcessState.READY);
    assertThat(agent.restarts()).isEqualTo(1);
    assertThat(stops).hasValue(1);

    agent.restartAsync().toCompletableFuture().join();
    assertThat(agent.restarts()).isEqualTo(2);
  }

  @Test
  void shouldNotRestartWhatCannotBeMadeAnew() {
    AgentHandle agent = midplane.spawn(readyAgent(), "vlan");

    assertThatThrownBy(agent::restart)
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
  }

  @Test
  void shouldStayInFailIfItCannotBeMadeAnew() {
    AgentHandle agent = midplane.spawn(contextAgent(), "vlan");

    failWith("boom", agent);
    runtime.passTime(Duration.ofHours(1));

    assertThat(agent.state()).isEqualTo(ProcessState.FAIL);
    assertThatThrownBy(() -> agent.awaitReady(Duration.ofMinutes(1))).hasRootCauseMessage("boom");
  }

  @Test
  void shouldAwaitReadyAcrossARestart() {
    AgentHandle agent = midplane.spawn(this::contextAgent, "vlan");
    failWith("boom", agent);
    var ready = agent.whenReady().toCompletableFuture();
    assertThat(ready).isNotDone();

    runtime.passTime(Duration.ofMillis(100));

    assertThat(ready.join().state()).isEqualTo(ProcessState.READY);
  }

  @Test
  void shouldFailTheAgentWhenAnActorOfItFails() {
    var child = new AtomicReference<ActorRef<String>>();
    AgentHandle agent =
        midplane.spawn(
            () ->
                started -> {
                  child.set(started.spawn(failing(), "worker"));
                  started.ready();
                },
            "vlan");
    ActorRef<String> first = child.get();

    first.tell("boom");
    await().until(() -> agent.state() == ProcessState.FAIL);
    runtime.passTime(Duration.ofMillis(100));
    await().until(() -> agent.state() == ProcessState.READY);

    assertThat(child.get()).isNotEqualTo(first);
  }

  @Test
  void shouldLetAnActorOfTheAgentStopByItself() throws InterruptedException {
    var stopped = new CountDownLatch(1);
    var child = new AtomicReference<ActorRef<String>>();
    AgentHandle agent =
        midplane.spawn(
            started -> {
              child.set(
                  started.spawn(
                      Behaviors.<String>receive(
                          (same, message) -> Behaviors.stopped(stopped::countDown),
                          (same, signal) -> Behaviors.same()),
                      "worker"));
              started.ready();
            },
            "vlan");

    child.get().tell("stop");

    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  void shouldNotStartAnewBeforeTheFormerActorsHaveStopped() throws InterruptedException {
    var mayStop = new CountDownLatch(1);
    AgentHandle agent =
        midplane.spawn(
            () ->
                started -> {
                  started.spawn(slowToStop(mayStop), "worker");
                  started.ready();
                },
            "vlan");

    var restarted = agent.restartAsync().toCompletableFuture();
    await().until(() -> mayStop.getCount() == 1 && seen.contains("agent.vlan.ready"));
    assertThat(agent.restarts()).isZero();
    mayStop.countDown();

    restarted.join();
    assertThat(agent.restarts()).isEqualTo(1);
  }

  @Test
  void shouldStartAnewAfterTheStopTimeoutIfAFormerActorHangs() {
    var mayStop = new CountDownLatch(1);
    AgentHandle agent =
        midplane.spawn(
            () ->
                started -> {
                  started.spawn(slowToStop(mayStop), "worker");
                  started.ready();
                },
            "vlan");
    try {
      var restarted = agent.restartAsync().toCompletableFuture();

      await()
          .until(() -> {
            runtime.passTime(Duration.ofSeconds(10));
            return restarted.isDone();
          });
      assertThat(agent.restarts()).isEqualTo(1);
    } finally {
      mayStop.countDown();
    }
  }

  @Test
  void shouldNotHearFromAFormerRun() {
    AgentHandle agent = midplane.spawn(this::contextAgent, "vlan");
    AgentContext former = context.get();
    agent.restart();

    former.fail(new IllegalStateException("too late"));
    former.waitingFor("nothing");
    agent.awaitReady(Duration.ofSeconds(10));

    assertThat(agent.status().detail()).isEmpty();
    assertThat(agent.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  void shouldSpawnActorsOfAnAgentWithinItsStartOnly() {
    midplane.spawn(contextAgent(), "vlan");

    assertThatThrownBy(() -> context.get().spawn(Behaviors.empty(), "late"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED))
        .hasMessageContaining("start()");
  }

  @Test
  void shouldStopAtOnceAndFreeTheName() {
    for (int i = 0; i < 50; i++) {
      midplane.spawn(readyAgent(), "vlan").stop();
    }

    assertThat(midplane.agents()).isEmpty();
    assertThat(midplane.agent("vlan")).isEmpty();
  }

  @Test
  void shouldTreatAStoppedAgentAsGone() {
    AgentHandle agent = midplane.spawn(readyAgent(), "vlan");
    agent.stop();
    agent.stop();
    agent.stopAsync().toCompletableFuture().join();

    assertThatThrownBy(() -> agent.awaitReady(Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    context.set(null);
  }

  @Test
  @DisplayName("R7: a graceful stop runs PostStop of its actors, then stop() of the agent")
  void shouldCleanUpOnStop() {
    Queue<String> order = new ConcurrentLinkedQueue<>();
    AgentHandle agent =
        midplane.spawn(
            new Agent() {
              @Override
              public void start(AgentContext started) {
                started.spawn(tellingPostStop(order), "worker");
                started.ready();
              }

              @Override
              public void stop() {
                order.add("stop()");
              }
            },
            "vlan");

    agent.stop();

    assertThat(order).containsExactly("PostStop", "stop()");
  }

  @Test
  @DisplayName("R11: an agent may stop itself from its own blocking handler")
  void shouldLetAnAgentStopItselfFromAHandler() {
    AgentHandle agent = midplane.spawn(readyAgent(), "vlan");
    Service<String, String> service =
        midplane.service(
            "cli",
            command -> {
              agent.stop();
              return "deleted";
            });

    assertThat(service.call("delete process vlan")).isEqualTo("deleted");
    assertThat(midplane.agents()).isEmpty();
  }

  @Test
  void shouldStopAgentsInReverseOrderOnClose() {
    midplane.spawn(readyAgent(), "first");
    midplane.spawn(readyAgent(), "second");
    EventStream events = midplane.events().stream(EventId.of("agent"));

    midplane.close();

    assertThat(events.next().id()).isEqualTo(EventId.of("agent", "second", "stopped"));
    assertThat(events.next().id()).isEqualTo(EventId.of("agent", "first", "stopped"));
    assertThat(events.hasNext()).isFalse();
    assertThatThrownBy(() -> midplane.spawnAsync(AgentTest::readyAgent, "third"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  private void failWith(String message, AgentHandle agent) {
    context.get().fail(new IllegalStateException(message));
    await().until(() -> agent.state() == ProcessState.FAIL);
  }

  private static Agent readyAgent() {
    return AgentContext::ready;
  }

  private Agent contextAgent() {
    return started -> {
      context.set(started);
      started.ready();
    };
  }

  private static Behavior<String> failing() {
    return Behaviors.receiveMessage(message -> {
      throw new IllegalStateException(message);
    });
  }

  private static Behavior<String> tellingPostStop(Queue<String> order) {
    return Behaviors.receive(
        (same, message) -> Behaviors.same(),
        (same, signal) -> {
          if (signal instanceof PostStop) {
            order.add("PostStop");
          }
          return Behaviors.same();
        });
  }

  private static Behavior<String> slowToStop(CountDownLatch mayStop) {
    return Behaviors.receive(
        (same, message) -> Behaviors.same(),
        (same, signal) -> {
          if (signal instanceof PostStop && !mayStop.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("nobody let it stop");
          }
          return Behaviors.same();
        });
  }
}

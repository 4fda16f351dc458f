package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ManualTime;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ThreadMonitorTest {

  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration ALMOST = PERIOD.minusMillis(1);

  @RegisterExtension final RuntimeUnderTest runtime = RuntimeUnderTest.withManualTime();

  private final AtomicReference<AgentContext> context = new AtomicReference<>();
  private Midplane midplane;

  @BeforeEach
  void open() {
    midplane = runtime.midplane();
  }

  @Test
  @DisplayName("R10: a missed period is found within one further period, and the runtime FAILs")
  void shouldFailTheRuntimeWithinOneFurtherPeriod() {
    Queue<String> events = new ConcurrentLinkedQueue<>();
    midplane.events().subscribe(EventId.of("runtime"), event -> events.add(event.toString()));
    midplane.monitor().register("reader", PERIOD);

    runtime.passTime(PERIOD);
    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
    runtime.passTime(PERIOD);

    await().until(() -> midplane.state() == ProcessState.FAIL);
    assertThat(midplane.failure())
        .hasValueSatisfying(failure ->
            assertThat(failure)
                .isInstanceOfSatisfying(
                    MidplaneException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
                .hasMessageContaining("reader")
                .hasMessageContaining(Thread.currentThread().getName()));
    assertThat(midplane.failure().orElseThrow().getSuppressed()[0].getStackTrace())
        .anySatisfy(
            frame -> assertThat(frame.getClassName()).isEqualTo(ThreadMonitorTest.class.getName()));
    await()
        .untilAsserted(
            () -> assertThat(events).singleElement().asString().contains("runtime.fail", "reader"));
  }

  @Test
  @DisplayName("R10: signs that come in time are never missed, however they fall")
  void shouldNotAccuseWhoeverGivesSignsInTime() {
    Heartbeat heartbeat = midplane.monitor().register("reader", PERIOD);

    for (int i = 0; i < 5; i++) {
      runtime.passTime(ALMOST);
      heartbeat.keepAlive();
      runtime.passTime(PERIOD);
      heartbeat.keepAlive();
    }

    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("R10: wherever the last sign falls, its absence is found within two periods of it")
  void shouldFindTheAbsenceWhereverTheLastSignFell() {
    for (int millis : new int[] {0, 1, 1000, 1999}) {
      try (Midplane other =
          Midplane.start(MidplaneSettings.defaults().name("other").with(ManualTime.config()))) {
        var time = ManualTime.get(other.system());
        Heartbeat heartbeat = other.monitor().register("reader", PERIOD);
        time.timePasses(Duration.ofMillis(millis));
        heartbeat.keepAlive();

        time.timePasses(PERIOD);
        assertThat(other.failure()).isEmpty();
        time.timePasses(PERIOD);

        await().until(() -> other.failure().isPresent());
      }
    }
  }

  @Test
  @DisplayName("R10: deregistering ends it")
  void shouldExpectNothingAfterDeregistering() {
    midplane.monitor().register("reader", PERIOD).deregister();
    try (Heartbeat heartbeat = midplane.monitor().register(PERIOD)) {
      assertThat(heartbeat.name()).isEqualTo(Thread.currentThread().getName());
    }

    runtime.passTime(Duration.ofDays(1));

    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("R10: an agent whose thread goes silent FAILs and is recovered")
  void shouldFailAndRecoverTheAgentThatOwnsTheThread() {
    AgentHandle agent =
        midplane.spawn(
            () ->
                started -> {
                  started.monitor().register("reader of run " + midplane.agents().size(), PERIOD);
                  started.ready();
                },
            "vlan");

    runtime.passTime(PERIOD);
    runtime.passTime(PERIOD);
    await().until(() -> agent.state() == ProcessState.FAIL);
    assertThat(agent.failure().orElseThrow()).hasMessageContaining("reader");
    runtime.passTime(Duration.ofMillis(100));
    await().until(() -> agent.state() == ProcessState.READY);

    assertThat(agent.restarts()).isEqualTo(1);
    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  void shouldWatchNothingOfAnAgentThatHasStopped() {
    midplane.spawn(
        started -> {
          context.set(started);
          started.monitor().register("reader", PERIOD);
          started.ready();
        },
        "vlan");
    midplane.agent("vlan").orElseThrow().stop();

    runtime.passTime(Duration.ofDays(1));

    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
    assertThatThrownBy(() -> context.get().monitor().register("reader", PERIOD))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void shouldGoOnServingInFail() {
    Service<String, String> service = midplane.service("echo", question -> question);
    midplane.fail(new IllegalStateException("broken on purpose"));

    assertThat(service.call("hello")).isEqualTo("hello");
    assertThat(midplane.state()).isEqualTo(ProcessState.FAIL);
    midplane.close();
    assertThat(midplane.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(midplane.failure().orElseThrow()).hasMessage("broken on purpose");
  }

  @Test
  void shouldRefuseAPeriodOfNothing() {
    assertThatThrownBy(() -> midplane.monitor().register("reader", Duration.ZERO))
        .isInstanceOf(MidplaneException.class)
        .hasMessage("period: PT0S (expected: longer than zero)");
  }
}

package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MonitoredPoolTest {

  private static final Duration FIFTEEN_SECONDS = Duration.ofSeconds(15);
  private static final Duration LONG = Duration.ofDays(1);

  @RegisterExtension final RuntimeUnderTest runtime = RuntimeUnderTest.withManualTime();

  private final Semaphore mayFinish = new Semaphore(0);
  private final AtomicInteger begun = new AtomicInteger();
  private final List<CompletableFuture<String>> jobs = new ArrayList<>();
  private Midplane midplane;
  private MonitoredPool pool;

  @BeforeEach
  void open() {
    midplane = runtime.midplane();
    pool = midplane.monitor().pool(2, "io");
  }

  @Test
  @DisplayName(
      "R10: a pool with queued jobs of which none finishes is stuck after its period, 15 s")
  void shouldFailWhenStuck() {
    submit(3);
    runtime.passTime(FIFTEEN_SECONDS);
    assertThat(midplane.state()).isEqualTo(ProcessState.READY);

    runtime.passTime(FIFTEEN_SECONDS);

    await().until(() -> midplane.state() == ProcessState.FAIL);
    assertThat(midplane.failure().orElseThrow())
        .hasMessageContaining("pool io: stuck")
        .hasMessageContaining("1 were queued");
    mayFinish.release(3);
    jobs.forEach(CompletableFuture::join);
  }

  @Test
  @DisplayName("R10: a pool is not stuck while jobs progress, however long the queue")
  void shouldNotFailWhileJobsProgress() {
    submit(20);

    for (int finished = 1; finished <= 20; finished++) {
      mayFinish.release();
      int expected = finished;
      await().until(() -> jobs.stream().filter(CompletableFuture::isDone).count() == expected);
      awaitFinished(expected);
      runtime.passTime(FIFTEEN_SECONDS);
    }

    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("R10: a pool is not stuck while idle, nor with long jobs and an empty queue")
  void shouldNotFailWhenIdleOrBusyWithAnEmptyQueue() {
    runtime.passTime(LONG);
    submit(2);
    for (int i = 0; i < 10; i++) {
      runtime.passTime(FIFTEEN_SECONDS);
    }
    mayFinish.release(2);
    jobs.forEach(CompletableFuture::join);
    runtime.passTime(LONG);

    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("R10: a pool is not stuck because a job was queued a moment before the look")
  void shouldNotFailForAJobJustQueued() {
    submit(2);
    runtime.passTime(FIFTEEN_SECONDS.minusMillis(1));
    submit(1);
    runtime.passTime(Duration.ofMillis(1));
    mayFinish.release(3);
    jobs.forEach(CompletableFuture::join);
    runtime.passTime(FIFTEEN_SECONDS);

    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("R10: callers who give up do not hide that the pool is stuck")
  void shouldFailWhenStuckAlsoIfItsCallersGiveUp() {
    submit(3);
    await().until(() -> begun.get() == 2);
    jobs.forEach(job -> job.cancel(false));
    runtime.passTime(FIFTEEN_SECONDS);
    runtime.passTime(FIFTEEN_SECONDS);

    await().until(() -> midplane.state() == ProcessState.FAIL);
    mayFinish.release(3);
  }

  @Test
  @DisplayName("R10: the pool of an agent fails the agent, which is recovered with a new pool")
  void shouldFailTheAgentThatOwnsThePool() {
    var own = new AtomicReference<MonitoredPool>();
    AgentHandle agent =
        midplane.spawn(
            () ->
                started -> {
                  own.set(started.monitor().pool(1, "io"));
                  started.ready();
                },
            "vlan");
    pool = own.get();
    submit(2);

    runtime.passTime(FIFTEEN_SECONDS);
    runtime.passTime(FIFTEEN_SECONDS);
    await().until(() -> agent.state() == ProcessState.FAIL);
    for (CompletableFuture<String> job : jobs) {
      assertThatThrownBy(job::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(MidplaneException.class)
          .satisfies(e ->
              assertThat(((MidplaneException) e.getCause()).code())
                  .isEqualTo(ErrorCode.CALLEE_DIED));
    }
    runtime.passTime(Duration.ofMillis(100));
    await().until(() -> agent.state() == ProcessState.READY);

    assertThat(own.get()).isNotSameAs(pool);
    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("T7: a job that waits for a job of its own full pool is refused at L5")
  void shouldRefuseAJobThatNeedsTheLastWorker() {
    MonitoredPool one = midplane.monitor().pool(1, "one");

    assertThatThrownBy(() -> one.call("outer", LONG, () -> one.call("inner", LONG, () -> "never")))
        .isInstanceOfSatisfying(
            DeadlockDetectedException.class, e -> assertThat(e.level()).isEqualTo(DeadlockLevel.L5))
        .hasMessageContaining("one")
        .hasMessageContaining("callAsync()");
    assertThat(one.call("next", LONG, () -> "works")).isEqualTo("works");
  }

  @Test
  @DisplayName("T7: a service on the pool's threads is guarded with the pool's jobs")
  void shouldRefuseAServiceThatNeedsTheLastWorker() {
    MonitoredPool one = midplane.monitor().pool(1, "one");
    Service<String, String> service =
        midplane.service(
            "slow",
            question -> one.call("inner", LONG, () -> question),
            ServiceOptions.defaults().executor(one.executor()));

    assertThatThrownBy(() -> service.call("hello"))
        .isInstanceOfSatisfying(
            DeadlockDetectedException.class,
            e -> assertThat(e.level()).isEqualTo(DeadlockLevel.L5));
    service.stop();
  }

  @Test
  void shouldTakeNoJobsAfterClose() {
    pool.close();
    pool.close();

    assertThatThrownBy(() -> pool.call("late", LONG, () -> "never"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED));
    runtime.passTime(LONG);
    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  private void submit(int count) {
    for (int i = 0; i < count; i++) {
      jobs.add(
          pool.callAsync(
                  "job",
                  LONG,
                  () -> {
                    begun.incrementAndGet();
                    mayFinish.acquire();
                    return "done";
                  })
              .toCompletableFuture());
    }
  }

  /** The executor counts a job a moment after its caller has the result. */
  private void awaitFinished(int jobsFinished) {
    await().until(() -> pool.finished() == jobsFinished);
  }
}

package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The runner within this JVM; what becomes of the JVM itself is with {@link RunnerExitTest}. */
class RunnerTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @RegisterExtension final RuntimeUnderTest runtime = RuntimeUnderTest.withDefaults();

  private final Queue<String> order = new ConcurrentLinkedQueue<>();
  private Midplane midplane;

  @BeforeEach
  void startAnActor() {
    midplane = runtime.midplane();
    midplane.spawnActor(
        Behaviors.<String>receive(
            (same, message) -> Behaviors.same(),
            (same, signal) -> {
              if (signal instanceof PostStop) {
                order.add("PostStop");
              }
              return Behaviors.same();
            }),
        "actor");
  }

  @Test
  @DisplayName("R8: main runs in a thread of its own, and may block")
  void shouldRunMainInItsOwnThread() {
    Service<String, String> service = midplane.service("echo", question -> question);
    var thread = new AtomicReference<Thread>();

    Runner runner =
        Runner.start(
            midplane,
            own -> {
              thread.set(Thread.currentThread());
              order.add(service.call("hello"));
            });
    runner.awaitFinished(SOON);

    assertThat(order).containsExactly("hello");
    assertThat(thread.get().getName()).isEqualTo("midplane-runner");
    assertThat(thread.get().isDaemon()).isFalse();
    assertThat(runner.isRunning()).isFalse();
    assertThat(runner.failure()).isEmpty();
  }

  @Test
  @DisplayName("R8: when main has returned, the runtime goes on serving")
  void shouldGoOnServingWhenMainHasReturned() {
    var service = new AtomicReference<Service<String, String>>();
    Runner.start(midplane, own -> service.set(own.service("echo", question -> question)))
        .awaitFinished(SOON);

    assertThat(service.get().call("hello")).isEqualTo("hello");
    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("R9: exit unwinds main, then stops the actors, then ends the JVM with the status")
  void shouldUnwindThenStopThenExit() throws InterruptedException {
    var exited = new CountDownLatch(1);
    Runner runner =
        Runner.start(
            midplane,
            own -> {
              try {
                Runner.exit(7);
              } catch (Exception never) {
                order.add("caught");
              } finally {
                order.add("finally");
              }
            },
            status -> {
              order.add("exit " + status);
              exited.countDown();
            });

    assertThat(exited.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(order).containsExactly("finally", "PostStop", "exit 7");
    assertThat(midplane.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(runner.failure()).isEmpty();
  }

  @Test
  void shouldCallExitOffWhenMainCatchesIt() {
    Runner runner =
        Runner.start(
            midplane,
            own -> {
              try {
                Runner.exit(7);
              } catch (Error exit) {
                order.add("called off");
              }
            },
            status -> order.add("exit " + status));

    runner.awaitFinished(SOON);

    assertThat(order).containsExactly("called off");
    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("R9: exit elsewhere than on the runner's thread is refused, with the way to do it")
  void shouldRefuseExitElsewhere() {
    assertThatThrownBy(() -> Runner.exit(1))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED))
        .hasMessageContaining(Thread.currentThread().getName())
        .hasMessageContaining("System.exit");
    Service<String, String> service =
        midplane.service(
            "exiting",
            question -> {
              Runner.exit(1);
              return "never";
            });
    assertThatThrownBy(() -> service.call("exit"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED));
  }

  @Test
  @DisplayName("R9: an uncaught exception puts the runtime in FAIL, with the cause; it goes on")
  void shouldBeInFailWhenMainThrows() {
    var failed = new AtomicReference<Event>();
    midplane.events().subscribe(EventId.of("runtime", "fail"), failed::set);
    var boom = new IllegalStateException("boom");

    Runner runner =
        Runner.start(
            midplane,
            own -> {
              throw boom;
            });

    assertThatThrownBy(() -> runner.awaitFinished(SOON))
        .isInstanceOf(MidplaneException.class)
        .hasCause(boom);
    assertThat(runner.failure()).hasValue(boom);
    assertThat(midplane.state()).isEqualTo(ProcessState.FAIL);
    assertThat(midplane.failure()).hasValue(boom);
    await().until(() -> failed.get() != null);
    assertThat(failed.get().data().text("reason")).contains("boom");
    assertThat(midplane.service("echo", question -> question).call("hello")).isEqualTo("hello");
  }

  @Test
  void shouldThrowFromRunWhatMainThrewOnceTheRuntimeIsClosed() {
    midplane.events().subscribe(EventId.of("runtime", "fail"), event -> midplane.closeAsync());

    assertThatThrownBy(() ->
            Runner.run(
                midplane,
                own -> {
                  throw new IllegalStateException("boom");
                }))
        .isInstanceOf(MidplaneException.class)
        .hasRootCauseMessage("boom");
    assertThat(midplane.state()).isEqualTo(ProcessState.STOPPED);
  }

  @Test
  @DisplayName("R7: closing the runtime interrupts main and lets it unwind before the actors stop")
  void shouldUnwindMainWhenTheRuntimeIsClosed() throws InterruptedException {
    var running = new CountDownLatch(1);
    Runner runner =
        Runner.start(
            midplane,
            own -> {
              try {
                running.countDown();
                new CountDownLatch(1).await();
              } finally {
                order.add("finally");
              }
            });
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

    midplane.close();

    assertThat(order).containsExactly("finally", "PostStop");
    assertThat(runner.failure()).isEmpty();
    assertThat(midplane.failure()).isEmpty();
  }

  @Test
  void shouldLetMainCloseTheRuntime() {
    Runner runner = Runner.start(midplane, Midplane::close);

    runner.awaitFinished(SOON);

    assertThat(order).containsExactly("PostStop");
    assertThatThrownBy(() -> Runner.start(midplane, own -> {}))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void shouldWaitForMainOnlyWhereWaitingIsAllowed() throws InterruptedException {
    var mayEnd = new CountDownLatch(1);
    Runner runner = Runner.start(midplane, own -> mayEnd.await());
    var refused = new AtomicReference<Throwable>();
    midplane
        .events()
        .subscribe(
            EventId.of("wait"),
            event -> {
              try {
                runner.awaitFinished(SOON);
              } catch (MidplaneException refusal) {
                refused.set(refusal);
              }
            });
    midplane.events().publish(EventId.of("wait"), io.midplane.protocol.Row.empty());
    await().until(() -> refused.get() != null);

    assertThat(refused.get()).isInstanceOf(DeadlockDetectedException.class);
    assertThatThrownBy(() -> runner.awaitFinished(Duration.ofNanos(1)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
    mayEnd.countDown();
    assertThat(
            runner
                .whenFinished()
                .thenApply(done -> Thread.currentThread().isVirtual())
                .toCompletableFuture())
        .succeedsWithin(SOON);
  }
}

package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.event.Logging;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Wait;
import io.midplane.protocol.Row;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MidplaneTest {

  private sealed interface Echo {}

  private record Say(String text, ActorRef<String> replyTo) implements Echo {}

  private record Swallow(ActorRef<String> replyTo) implements Echo {}

  private record Break(ActorRef<String> replyTo) implements Echo {}

  private record Die() implements Echo {}

  private Midplane midplane;

  @BeforeEach
  void start() {
    midplane = Midplane.start();
  }

  @AfterEach
  void close() {
    assertThat(midplane.graph().openCalls()).isEmpty();
    midplane.close();
  }

  @Test
  void shouldAskAnActorFromAUsersThread() {
    ActorRef<Echo> echo = midplane.spawnActor(echo(), "echo");

    String reply = midplane.ask(echo, replyTo -> new Say("hello", replyTo));

    assertThat(reply).isEqualTo("hello");
  }

  @Test
  void shouldEndACallAtOnceWhenTheCalleeStops() {
    ActorRef<Echo> echo = midplane.spawnActor(echo(), "echo");

    CompletableFuture<String> call =
        midplane.<Echo, String>askAsync(echo, Swallow::new).toCompletableFuture();
    echo.tell(new Die());

    await().until(call::isDone);
    assertThatThrownBy(call::join)
        .hasRootCauseInstanceOf(ActorStoppedException.class)
        .hasMessageContaining("echo");
  }

  @Test
  void shouldGiveTheReasonOfACalleesDeath() {
    ActorRef<Echo> echo = midplane.spawnActor(echo(), "echo");

    assertThatThrownBy(() -> midplane.<Echo, String>ask(echo, Break::new))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED))
        .hasStackTraceContaining("broken on purpose");
  }

  @Test
  void shouldEndACallAtOnceWhenTheCalleeRestarts() {
    ActorRef<Echo> echo =
        midplane.spawnActor(
            echo(), "echo", SpawnOptions.defaults().supervision(SupervisorStrategy.restart()));

    assertThatThrownBy(() -> midplane.<Echo, String>ask(echo, Break::new))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED));
    assertThat(midplane.<Echo, String>ask(echo, replyTo -> new Say("again", replyTo)))
        .isEqualTo("again");
  }

  @Test
  void shouldFailACallToADeadActorWithoutWaiting() {
    System.out.println(
        "midplane-test: expects dead letters naming Actor[akka://midplane/user/echo");
    ActorRef<Echo> echo = midplane.spawnActor(echo(), "echo");
    assertThatThrownBy(() -> midplane.<Echo, String>ask(echo, Break::new)).isNotNull();

    assertThatThrownBy(() -> midplane.<Echo, String>ask(echo, Swallow::new, Duration.ofDays(1)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED));
  }

  @Test
  void shouldEndACallAtOnceWhenItsHandlerThrowsAndTheActorResumes() {
    ActorRef<Echo> echo =
        midplane.spawnActor(
            echo(), "echo", SpawnOptions.defaults().supervision(SupervisorStrategy.resume()));

    assertThatThrownBy(() -> midplane.<Echo, String>ask(echo, Break::new, Duration.ofDays(1)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED))
        .hasMessageContaining("broken on purpose");
    assertThat(midplane.<Echo, String>ask(echo, replyTo -> new Say("again", replyTo)))
        .isEqualTo("again");
  }

  static Stream<SupervisorStrategy> strategiesThatGoOn() {
    return Stream.of(SupervisorStrategy.restart(), SupervisorStrategy.resume());
  }

  @ParameterizedTest
  @MethodSource("strategiesThatGoOn")
  void shouldNotBlameAnOldFailureForALaterStop(SupervisorStrategy goingOn) {
    ActorRef<Echo> echo =
        midplane.spawnActor(echo(), "echo", SpawnOptions.defaults().supervision(goingOn));
    assertThatThrownBy(() -> midplane.<Echo, String>ask(echo, Break::new)).isNotNull();

    CompletableFuture<String> call =
        midplane.<Echo, String>askAsync(echo, Swallow::new).toCompletableFuture();
    echo.tell(new Die());

    assertThatThrownBy(call::join).hasRootCauseInstanceOf(ActorStoppedException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {200, 248, 249, 40_000, Long.MAX_VALUE / 86_400})
  void shouldTakeEveryTimeout(long days) {
    Duration timeout = Duration.ofDays(days);
    ActorRef<Echo> echo = midplane.spawnActor(echo(), "echo");
    Service<String, String> service = midplane.service("service", question -> question);

    assertThat(midplane.<Echo, String>ask(echo, replyTo -> new Say("a", replyTo), timeout))
        .isEqualTo("a");
    assertThat(
            midplane
                .<Echo, String>askAsync(echo, replyTo -> new Say("b", replyTo), timeout)
                .toCompletableFuture()
                .join())
        .isEqualTo("b");
    assertThat(service.call("c", timeout)).isEqualTo("c");
    try (EventStream stream = midplane.events().stream(EventId.ROOT)) {
      midplane.events().publish(EventId.of("test"), Row.empty());
      assertThat(stream.poll(timeout)).isPresent();
    }
  }

  @Test
  void shouldForgetExecutorsThatNobodyUsesAnyMore() {
    List<WeakReference<ExecutorService>> executors = new ArrayList<>();
    for (Supplier<ExecutorService> makes :
        List.<Supplier<ExecutorService>>of(
            () -> Executors.newFixedThreadPool(2),
            Executors::newSingleThreadExecutor,
            Executors::newVirtualThreadPerTaskExecutor)) {
      ExecutorService executor = makes.get();
      assertThat(midplane.workers(executor).pool()).isEqualTo(midplane.workers(executor).pool());
      executor.shutdown();
      executors.add(new WeakReference<>(executor));
    }

    await()
        .untilAsserted(() -> {
          System.gc();
          assertThat(executors).allMatch(executor -> executor.refersTo(null));
        });
  }

  @Test
  @DisplayName("T5: no Async twin runs what depends on it in the stack that adds it")
  void shouldRunDependentsOfEveryAsyncTwinElsewhere() {
    AgentHandle agent = midplane.spawn(AgentContext::ready, "vlan");
    AgentHandle other = midplane.spawn(() -> AgentContext::ready, "fdb");
    Service<String, String> service = midplane.service("service", question -> question);
    List<CompletionStage<?>> stages =
        List.of(
            service.callAsync("hello"),
            agent.whenReady(),
            agent.stopAsync(),
            midplane.spawnAsync(() -> AgentContext::ready, "lldp"),
            other.restartAsync().exceptionally(failure -> null),
            midplane.events().subscribe(EventId.ROOT, event -> {}).closeAsync(),
            midplane.closeAsync(),
            midplane.whenClosed());

    for (CompletionStage<?> stage : stages) {
      CompletableFuture<?> done = stage.toCompletableFuture();
      await().until(done::isDone);
      CompletableFuture<Thread> ranOn = new CompletableFuture<>();
      done.whenComplete((value, failure) -> ranOn.complete(Thread.currentThread()));
      assertThat(ranOn.join()).isNotSameAs(Thread.currentThread()).matches(Thread::isVirtual);
    }
  }

  @Test
  void shouldEndACallToAnActorThatItDidNotStartWhenThatDies() {
    ActorRef<Echo> echo = Adapter.spawn(Adapter.toClassic(midplane.system()), echo(), "foreign");
    assertThat(midplane.<Echo, String>ask(echo, replyTo -> new Say("hello", replyTo)))
        .isEqualTo("hello");

    assertThatThrownBy(() -> midplane.<Echo, String>ask(echo, Break::new, Duration.ofDays(1)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED));
  }

  @Test
  void shouldEndACallToAnActorThatGaveItsReferenceAwayBeforeItsStart() {
    var self = new CompletableFuture<ActorRef<Echo>>();
    midplane.spawnActor(
        Behaviors.<Echo>setup(context -> {
          self.complete(context.getSelf());
          return echo();
        }),
        "echo");

    assertThatThrownBy(() -> midplane.<Echo, String>ask(self.join(), Break::new))
        .hasStackTraceContaining("broken on purpose");
  }

  @Test
  void shouldGiveACallerWhatAHandlerThrewWhateverItIs() {
    Service<Throwable, String> service =
        midplane.service(
            "throwing",
            failure -> {
              if (failure instanceof Error error) {
                throw error;
              }
              throw (Exception) failure;
            });
    var refusal = new MidplaneException(ErrorCode.NOT_FOUND, "no such vlan");

    assertThatThrownBy(() -> service.call(refusal)).isSameAs(refusal);
    assertThatThrownBy(() -> service.call(new java.io.IOException("disk")))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
        .hasRootCauseMessage("disk");
    assertThatThrownBy(() -> service.call(new StackOverflowError("deep")))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
        .hasRootCauseMessage("deep");
  }

  @Test
  void shouldEndTheCallsOfAServiceThatIsStopped() throws InterruptedException {
    var inHandler = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    Service<String, String> service =
        midplane.service(
            "hanging",
            question -> {
              inHandler.countDown();
              try {
                new CountDownLatch(1).await();
              } finally {
                interrupted.countDown();
              }
              return "never";
            });
    var first = service.callAsync("first").toCompletableFuture();
    assertThat(inHandler.await(10, TimeUnit.SECONDS)).isTrue();

    service.stop();

    assertThatThrownBy(first::join).hasRootCauseInstanceOf(ActorStoppedException.class);
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> service.call("second", Duration.ofDays(1)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED));
  }

  @Test
  void shouldCloseOnceHoweverManyClose() {
    List<CompletableFuture<Void>> closings =
        IntStream.range(0, 8).mapToObj(i -> midplane.closeAsync().toCompletableFuture()).toList();
    closings.forEach(CompletableFuture::join);
    midplane.close();

    assertThat(midplane.state()).isEqualTo(ProcessState.STOPPED);
    midplane.whenClosed().toCompletableFuture().join();
    assertThatThrownBy(() -> midplane.spawnActor(echo(), "late"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void shouldBeInFailIfTheActorSystemEndsByItself() {
    midplane.system().terminate();

    midplane.whenClosed().toCompletableFuture().join();

    assertThat(midplane.state()).isEqualTo(ProcessState.FAIL);
    assertThat(midplane.failure().orElseThrow()).hasMessageContaining("ended by itself");
  }

  @Test
  @DisplayName("T6: a cycle of calls is refused, the cycle named")
  void shouldRefuseACycleOfServicesAndNameIt() {
    AtomicReference<Service<String, String>> a = new AtomicReference<>();
    Service<String, String> b = midplane.service("b", question -> a.get().call("back"));
    a.set(midplane.service("a", question -> b.call("onwards")));

    assertThatThrownBy(() -> a.get().call("start"))
        .isInstanceOfSatisfying(
            DeadlockDetectedException.class,
            refusal -> {
              assertThat(refusal.level()).isEqualTo(DeadlockLevel.L2);
              assertThat(refusal.cycle()).extracting(Wait::callee).contains("a", "b");
            });
  }

  @Test
  @DisplayName("T7: a call that needs the last thread of the executor it runs on is refused at L5")
  void shouldRefuseACallThatNeedsTheLastThreadOfAUsersExecutor() {
    try (ExecutorService one = Executors.newFixedThreadPool(1)) {
      ServiceOptions options = ServiceOptions.defaults().executor(one);
      Service<String, String> inner = midplane.service("inner", question -> question, options);
      Service<String, String> outer = midplane.service("outer", inner::call, options);

      assertThatThrownBy(() -> outer.call("hello"))
          .isInstanceOfSatisfying(
              DeadlockDetectedException.class,
              refusal -> assertThat(refusal.level()).isEqualTo(DeadlockLevel.L5))
          .hasMessageContaining("callAsync()");
      assertThat(inner.call("hello")).isEqualTo("hello");
    }
  }

  @Test
  void shouldRunANamedServiceOneRequestAtATime() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Service<Integer, Integer> service =
        midplane.service(
            "one",
            n -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              Thread.yield();
              running.decrementAndGet();
              return n + 1;
            });

    List<CompletableFuture<Integer>> calls =
        IntStream.range(0, 200).mapToObj(n -> service.callAsync(n).toCompletableFuture()).toList();

    assertThat(calls.stream().map(CompletableFuture::join).toList())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 200).boxed().toList());
    assertThat(most).hasValue(1);
  }

  @Test
  void shouldRefuseASecondActorOfOneName() {
    midplane.spawnActor(echo(), "echo");

    assertThatThrownBy(() -> midplane.spawnActor(echo(), "echo"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
  }

  @Test
  void shouldRunSeveralRuntimesSideBySide() {
    try (Midplane other = Midplane.start(MidplaneSettings.defaults().name("other"))) {
      other.spawnActor(echo(), "echo");
      midplane.spawnActor(echo(), "echo");

      assertThat(other.name()).isEqualTo("other");
    }
  }

  @Test
  void shouldLogNoDeadLettersOnceItCloses() {
    var logsWhileStopping = new AtomicReference<Boolean>();
    midplane.spawnActor(
        Behaviors.<Echo>receive(
            (context, message) -> Behaviors.same(),
            (context, signal) -> {
              var system = Adapter.toClassic(context.getSystem());
              logsWhileStopping.set(Logging.getLogger(system, MidplaneTest.class).isInfoEnabled());
              return Behaviors.same();
            }),
        "last");

    midplane.close();

    assertThat(logsWhileStopping).hasValue(false);
  }

  private static Behavior<Echo> echo() {
    return Behaviors.receiveMessage(message ->
        switch (message) {
          case Say(var text, var replyTo) -> {
            replyTo.tell(text);
            yield Behaviors.same();
          }
          case Swallow _ -> Behaviors.same();
          case Break _ -> throw new IllegalStateException("broken on purpose");
          case Die() -> Behaviors.stopped();
        });
  }
}

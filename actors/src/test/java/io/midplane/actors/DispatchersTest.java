package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** L0 and the asynchronous twins on every kind of dispatcher, for our actors and for others. */
class DispatchersTest {

  private static final String DISPATCHERS =
      """
      of-this-test {
        fork-join { type = Dispatcher, executor = "fork-join-executor" }
        custom { type = Dispatcher, executor = "thread-pool-executor"
                 thread-pool-executor.fixed-pool-size = 2 }
        pinned { type = PinnedDispatcher, executor = "thread-pool-executor" }
      }
      """;

  @RegisterExtension
  final RuntimeUnderTest runtime =
      RuntimeUnderTest.with(
          MidplaneSettings.defaults().with(ConfigFactory.parseString(DISPATCHERS)));

  /** What happened in one place of an actor: the refusals, then what the async twin answered. */
  private record Tried(String place, List<DeadlockLevel> refused, String thread, boolean virtual) {}

  private sealed interface Command {}

  private record Try() implements Command {}

  private record Adapted() implements Command {}

  private record Piped() implements Command {}

  private record Stop() implements Command {}

  private final Queue<Tried> tried = new ConcurrentLinkedQueue<>();
  private final Queue<String> answered = new ConcurrentLinkedQueue<>();
  private final AtomicInteger sent = new AtomicInteger();
  private Midplane midplane;
  private Service<String, String> service;
  private ActorRef<ActorRef<String>> actor;
  private AgentHandle agent;
  private EventStream stream;

  @BeforeEach
  void startCallees() {
    midplane = runtime.midplane();
    service =
        midplane.service(
            "echo",
            question -> {
              sent.incrementAndGet();
              return question;
            });
    actor =
        midplane.spawnActor(
            Behaviors.<ActorRef<String>>receiveMessage(replyTo -> {
              sent.incrementAndGet();
              replyTo.tell("answer");
              return Behaviors.same();
            }),
            "answering");
    agent = midplane.spawn(AgentContext::ready, "vlan");
    stream = midplane.events().stream(EventId.ROOT);
  }

  static Stream<String> dispatchers() {
    return Stream.of(
        "akka.actor.default-dispatcher",
        "akka.actor.internal-dispatcher",
        "akka.actor.default-blocking-io-dispatcher",
        "midplane.virtual-dispatcher",
        "of-this-test.fork-join",
        "of-this-test.custom",
        "of-this-test.pinned");
  }

  @ParameterizedTest
  @MethodSource("dispatchers")
  @DisplayName("T2, T5: in our actor every blocking call is refused at L0, and async twins work")
  void shouldRefuseToBlockInAnActorOfTheRuntime(String dispatcher) {
    Props props = DispatcherSelector.fromConfig(dispatcher);

    check(midplane.spawnActor(trying(), "trying", SpawnOptions.defaults().props(props)));
  }

  @ParameterizedTest
  @MethodSource("dispatchers")
  @DisplayName("T2, T5: the same in an actor that the runtime did not start")
  void shouldRefuseToBlockInAForeignActor(String dispatcher) {
    Props props = DispatcherSelector.fromConfig(dispatcher);

    check(Adapter.spawn(Adapter.toClassic(midplane.system()), trying(), "foreign", props));
  }

  @Test
  void shouldRunActorsOnVirtualThreads() {
    check(midplane.spawnActor(trying(), "trying", SpawnOptions.defaults().onVirtualThreads()));

    assertThat(tried).filteredOn(Tried::virtual).isNotEmpty();
    assertThat(tried)
        .filteredOn(each -> each.place().equals("message"))
        .allMatch(Tried::virtual)
        .allSatisfy(each -> assertThat(each.thread()).startsWith("midplane.virtual-dispatcher-"));
  }

  private void check(ActorRef<Command> actorUnderTest) {
    actorUnderTest.tell(new Try());
    await().until(() -> Stream.of("setup", "message", "adapter", "pipe").allMatch(this::happened));
    await().until(() -> answered.size() == 3 * tried.size());
    actorUnderTest.tell(new Stop());
    await().until(() -> happened("signal"));
    await().until(() -> answered.size() == 3 * tried.size());

    assertThat(tried)
        .allSatisfy(each ->
            assertThat(each.refused())
                .as(each.place())
                .hasSize(blockingCalls().size())
                .containsOnly(DeadlockLevel.L0));
    assertThat(answered).containsOnly("hello", "answer", "READY");
    int piped = 1;
    assertThat(sent.get())
        .as("only asynchronous calls were sent")
        .isEqualTo(2 * tried.size() + piped);
    assertThat(midplane.graph().openCalls()).isEmpty();
  }

  private boolean happened(String place) {
    return tried.stream().anyMatch(each -> each.place().equals(place));
  }

  /** Every blocking call that the runtime offers. */
  private List<Runnable> blockingCalls() {
    return List.of(
        () -> service.call("hello"),
        () -> midplane.<ActorRef<String>, String>ask(actor, replyTo -> replyTo),
        () -> midplane.spawn(AgentContext::ready, "other"),
        () -> agent.awaitReady(Duration.ofSeconds(1)),
        () -> agent.restart(),
        () -> agent.stop(),
        () -> stream.poll(Duration.ofSeconds(1)),
        () -> midplane.close());
  }

  private void attempt(String place) {
    Queue<DeadlockLevel> refused = new ConcurrentLinkedQueue<>();
    for (Runnable call : blockingCalls()) {
      try {
        call.run();
      } catch (DeadlockDetectedException refusal) {
        assertThat(refusal.cycle()).isEmpty();
        refused.add(refusal.level());
      }
    }
    Thread caller = Thread.currentThread();
    tried.add(new Tried(place, List.copyOf(refused), caller.getName(), caller.isVirtual()));
    record(service.callAsync("hello").toCompletableFuture());
    record(
        midplane
            .<ActorRef<String>, String>askAsync(actor, replyTo -> replyTo)
            .toCompletableFuture());
    record(agent.whenReady().thenApply(ready -> ready.state().name()).toCompletableFuture());
  }

  private void record(CompletableFuture<String> stage) {
    stage.whenComplete(
        (value, failure) -> answered.add(failure == null ? value : failure.toString()));
  }

  private Behavior<Command> trying() {
    return Behaviors.setup(context -> {
      attempt("setup");
      ActorRef<String> adapter =
          context.messageAdapter(
              String.class,
              text -> {
                attempt("adapter");
                return new Adapted();
              });
      return Behaviors.receive(
          (same, command) -> {
            switch (command) {
              case Try() -> {
                attempt("message");
                adapter.tell("adapt");
                context.pipeToSelf(
                    service.callAsync("hello"),
                    (value, failure) -> {
                      attempt("pipe");
                      return new Piped();
                    });
              }
              case Adapted(), Piped() -> {}
              case Stop() -> {
                return Behaviors.stopped();
              }
            }
            return Behaviors.same();
          },
          (same, signal) -> {
            if (signal instanceof PostStop) {
              attempt("signal");
            }
            return Behaviors.same();
          });
    });
  }

  @Test
  @DisplayName("T5: an async twin returns without waiting and calls back once, on a virtual thread")
  void shouldCallBackOnceOnAVirtualThread() {
    var mayAnswer = new CountDownLatch(1);
    Queue<Thread> calledBack = new ConcurrentLinkedQueue<>();
    Service<String, String> slow =
        midplane.service(
            "slow",
            question -> {
              mayAnswer.await();
              return question;
            });
    midplane
        .spawnActor(
            Behaviors.<String>receiveMessage(question -> {
              slow.callAsync(question).thenAccept(answer -> calledBack.add(Thread.currentThread()));
              mayAnswer.countDown();
              return Behaviors.same();
            }),
            "calling")
        .tell("hello");

    await().until(() -> !calledBack.isEmpty());
    assertThat(slow.call("again")).isEqualTo("again");
    assertThat(calledBack).singleElement().matches(Thread::isVirtual);
  }

  @Test
  @DisplayName(
      "T3: the same calls work on a user's thread, in a service's handler, in an async reply")
  void shouldBlockWhereBlockingIsAllowed() {
    Service<String, String> calling =
        midplane.service("calling", question -> service.call(question));

    assertThat(service.call("hello")).isEqualTo("hello");
    assertThat(calling.call("hello")).isEqualTo("hello");
    assertThat(
            calling
                .callAsync("hello")
                .thenApply(answer -> service.call(answer + " again"))
                .toCompletableFuture()
                .join())
        .isEqualTo("hello again");
    assertThat(midplane.<ActorRef<String>, String>ask(actor, replyTo -> replyTo))
        .isEqualTo("answer");
  }

  @Test
  @DisplayName("T8: a refusal names the call, the actor and thread, and the async alternative")
  void shouldNameCallActorAndAlternative() {
    var refusal = new CompletableFuture<MidplaneException>();
    midplane
        .spawnActor(
            Behaviors.<String>receiveMessage(question -> {
              try {
                service.call(question);
              } catch (MidplaneException refused) {
                refusal.complete(refused);
              }
              return Behaviors.same();
            }),
            "vlan-table")
        .tell("get vlan 7");

    assertThat(refusal.join())
        .hasMessageContaining("get vlan 7")
        .hasMessageContaining("vlan-table")
        .hasMessageContaining("midplane-akka.actor.default-dispatcher-")
        .hasMessageContaining("callAsync()");
  }
}

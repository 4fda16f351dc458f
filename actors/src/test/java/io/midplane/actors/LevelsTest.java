package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every level on every kind of dispatcher for the actors, and on every kind of executor for the
 * handlers: what the services' actors run on decides nothing, and neither do the handlers' threads.
 */
class LevelsTest {

  private static final String DEFAULT = "akka.actor.default-dispatcher";

  /** The dispatcher that every actor runs on which names no other. */
  private enum Dispatcher {
    FORK_JOIN("type = Dispatcher, executor = fork-join-executor"),
    CUSTOM(
        "type = Dispatcher, executor = thread-pool-executor, thread-pool-executor.fixed-pool-size ="
            + " 2"),
    PINNED("type = PinnedDispatcher, executor = thread-pool-executor"),
    VIRTUAL("type = Dispatcher, executor = \"io.midplane.actors.VirtualThreads\"");

    private final String config;

    Dispatcher(String config) {
      this.config = config;
    }

    Midplane start() {
      return Midplane.start(
          MidplaneSettings.defaults()
              .with(ConfigFactory.parseString(DEFAULT + " { " + config + " }")));
    }
  }

  /** What the handlers run on. */
  private enum Handlers {
    VIRTUAL(() -> null),
    FIXED(() -> Executors.newFixedThreadPool(4)),
    PER_TASK(Executors::newVirtualThreadPerTaskExecutor),
    FORK_JOIN(() -> new ForkJoinPool(4));

    private final Supplier<ExecutorService> executor;

    Handlers(Supplier<ExecutorService> executor) {
      this.executor = executor;
    }
  }

  static Stream<Arguments> everything() {
    return Stream.of(Dispatcher.values())
        .flatMap(dispatcher ->
            Stream.of(Handlers.values()).map(handlers -> Arguments.of(dispatcher, handlers)));
  }

  static Stream<Dispatcher> dispatchers() {
    return Stream.of(Dispatcher.values());
  }

  @ParameterizedTest
  @MethodSource("everything")
  @DisplayName("T6: L1, L2 and L3 on every dispatcher and executor, and nobody else is refused")
  void shouldRefuseCycles(Dispatcher dispatcher, Handlers handlers) {
    try (Midplane midplane = dispatcher.start()) {
      ExecutorService executor = handlers.executor.get();
      ServiceOptions options = new ServiceOptions(false, executor);

      assertThat(refusalOfASelfCall(midplane, options)).isEqualTo(DeadlockLevel.L1);
      assertThat(refusalOfAChain(midplane, options)).isEqualTo(DeadlockLevel.L2);
      assertThat(outcomesOfTwoWhoMeet(midplane, options))
          .containsExactlyInAnyOrder(DeadlockLevel.L3, "served");
      assertThat(midplane.graph().openCalls()).isEmpty();
      if (executor != null) {
        executor.shutdown();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dispatchers")
  @DisplayName("T7: L5 on every dispatcher, for the user's executors of one and of two threads")
  void shouldRefuseTheLastWorker(Dispatcher dispatcher) {
    try (Midplane midplane = dispatcher.start()) {
      List<ExecutorService> executors =
          List.of(
              Executors.newFixedThreadPool(1),
              Executors.newSingleThreadExecutor(),
              Executors.newFixedThreadPool(2));
      for (int i = 0; i < executors.size(); i++) {
        ServiceOptions options = new ServiceOptions(false, executors.get(i));
        Service<String, String> last = midplane.service("last" + i, question -> question, options);
        Service<String, String> middle = midplane.service("middle" + i, last::call, options);
        Service<String, String> first = midplane.service("first" + i, middle::call, options);

        assertThat(level(catchThrowable(() -> first.call("hello")))).isEqualTo(DeadlockLevel.L5);
        assertThat(last.call("hello")).isEqualTo("hello");
        executors.get(i).shutdown();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dispatchers")
  @DisplayName("T2: L0 on the default dispatcher, whatever it is, in our actors and in others")
  void shouldRefuseToBlockOnAnActorsThread(Dispatcher dispatcher) {
    try (Midplane midplane = dispatcher.start()) {
      Service<String, String> echo = midplane.service("echo", question -> question);
      List<Function<String, ActorRef<CompletableFuture<Object>>>> spawns =
          List.of(
              name -> midplane.spawnActor(calling(echo), name),
              name -> Adapter.spawn(Adapter.toClassic(midplane.system()), calling(echo), name));

      for (int i = 0; i < spawns.size(); i++) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        spawns.get(i).apply("calling" + i).tell(outcome);
        assertThat(outcome.join()).isEqualTo(DeadlockLevel.L0);
      }
      assertThat(echo.call("hello")).isEqualTo("hello");
    }
  }

  private static Behavior<CompletableFuture<Object>> calling(Service<String, String> echo) {
    return Behaviors.receiveMessage(outcome -> {
      try {
        outcome.complete(echo.call("hello"));
      } catch (RuntimeException refused) {
        outcome.complete(level(refused));
      }
      return Behaviors.same();
    });
  }

  private static Object refusalOfASelfCall(Midplane midplane, ServiceOptions options) {
    AtomicReference<Service<String, String>> self = new AtomicReference<>();
    self.set(midplane.service("self", question -> self.get().call("again"), options));
    return level(catchThrowable(() -> self.get().call("hello")));
  }

  private static Object refusalOfAChain(Midplane midplane, ServiceOptions options) {
    AtomicReference<Service<String, String>> first = new AtomicReference<>();
    Service<String, String> second =
        midplane.service("second", question -> first.get().call("back"), options);
    first.set(midplane.service("first", second::call, options));
    return level(catchThrowable(() -> first.get().call("hello")));
  }

  /** Two who call each other once both are in their handlers. */
  private static List<Object> outcomesOfTwoWhoMeet(Midplane midplane, ServiceOptions options) {
    CyclicBarrier bothRun = new CyclicBarrier(2);
    AtomicInteger met = new AtomicInteger();
    List<Service<String, String>> services = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      services.add(
          midplane.service(
              "side" + i,
              question -> {
                if (question.equals("served")) {
                  return question;
                }
                bothRun.await();
                met.incrementAndGet();
                return services.get(other).call("served");
              },
              options));
    }
    List<CompletableFuture<Object>> outcomes =
        services.stream()
            .map(side ->
                side.callAsync("meet")
                    .<Object>handle((answer, failure) -> failure == null ? answer : level(failure))
                    .toCompletableFuture())
            .toList();
    await().until(() -> met.get() == 2);
    return outcomes.stream().<Object>map(CompletableFuture::join).toList();
  }

  private static Object level(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof DeadlockDetectedException)) {
      cause = cause.getCause();
    }
    return cause instanceof DeadlockDetectedException refused ? refused.level() : failure;
  }
}

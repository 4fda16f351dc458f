package io.midplane.calls;

import static io.midplane.calls.L1Test.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@DisplayName("A stage of an asynchronous call, and those derived from it")
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class StageTest {
  private static final Operation GET = new Operation("get vlan 7", "getAsync()");
  private static final Executor ELSEWHERE = Thread::startVirtualThread;

  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);
  private final Callee a = graph.callee("a");

  /** A new one for each test that a factory makes. */
  private CompletableFuture<String> other = new CompletableFuture<>();

  /** A stage with one dependent; the dependent runs the task. */
  private interface Derivation {
    CompletableFuture<?> of(CompletableFuture<String> stage, Runnable task);
  }

  /** Every way to derive a stage that completes only after the first has. */
  private Map<String, Derivation> needing() {
    CompletableFuture<String> there = CompletableFuture.completedFuture("there");
    Map<String, Derivation> ways = new LinkedHashMap<>();
    ways.put("thenApply", (stage, task) -> stage.thenApply(then(task)));
    ways.put("thenAccept", (stage, task) -> stage.thenAccept(_ -> task.run()));
    ways.put("thenRun", CompletableFuture::thenRun);
    ways.put("thenCombine", (stage, task) -> stage.thenCombine(there, both(task)));
    ways.put("thenAcceptBoth", (stage, task) -> stage.thenAcceptBoth(there, (_, _) -> task.run()));
    ways.put("runAfterBoth", (stage, task) -> stage.runAfterBoth(there, task));
    ways.put("thenCompose", (stage, task) -> stage.thenCompose(then(task).andThen(_ -> there)));
    ways.put("handle", (stage, task) -> stage.handle(both(task)));
    ways.put("whenComplete", (stage, task) -> stage.whenComplete((_, _) -> task.run()));
    return ways;
  }

  /** Every way to derive a stage that another one may complete as well. */
  private Map<String, Derivation> eitherWay() {
    Map<String, Derivation> ways = new LinkedHashMap<>();
    ways.put("applyToEither", (stage, task) -> stage.applyToEither(other, then(task)));
    ways.put("acceptEither", (stage, task) -> stage.acceptEither(other, _ -> task.run()));
    ways.put("runAfterEither", (stage, task) -> stage.runAfterEither(other, task));
    ways.put("applyToEitherAsync", (stage, task) -> stage.applyToEitherAsync(other, then(task)));
    ways.put("acceptEitherAsync", (stage, task) -> stage.acceptEitherAsync(other, _ -> task.run()));
    ways.put("runAfterEitherAsync", (stage, task) -> stage.runAfterEitherAsync(other, task));
    ways.put(
        "applyToEitherAsync elsewhere",
        (stage, task) -> stage.applyToEitherAsync(other, then(task), ELSEWHERE));
    ways.put(
        "acceptEitherAsync elsewhere",
        (stage, task) -> stage.acceptEitherAsync(other, _ -> task.run(), ELSEWHERE));
    ways.put(
        "runAfterEitherAsync elsewhere",
        (stage, task) -> stage.runAfterEitherAsync(other, task, ELSEWHERE));
    return ways;
  }

  @TestFactory
  @DisplayName("T5: what depends on an answer that is there never runs in the stack that adds it")
  Stream<DynamicTest> shouldRunDependentsElsewhere() {
    Map<String, Derivation> ways = new LinkedHashMap<>(needing());
    ways.putAll(eitherWay());
    return tests(ways, this::assertRunsElsewhere);
  }

  private void assertRunsElsewhere(Derivation way) throws Exception {
    CompletableFuture<String> answered = answered();
    for (CompletableFuture<String> stage : List.of(answered, answered.thenApply(v -> v))) {
      stage.join();
      CompletableFuture<Thread> ranOn = new CompletableFuture<>();

      ThreadMark.runNonBlocking(
          "vlan", () -> way.of(stage, () -> ranOn.complete(Thread.currentThread())));

      assertThat(ranOn.join()).isNotSameAs(Thread.currentThread()).matches(Thread::isVirtual);
    }
  }

  @Test
  @DisplayName("T5: the same for what depends on a failure")
  void shouldRunDependentsOfAFailureElsewhere() {
    CompletableFuture<String> failed = failed();
    Thread here = Thread.currentThread();
    ConcurrentLinkedQueue<Thread> ranOn = new ConcurrentLinkedQueue<>();
    await().until(failed::isDone);

    failed
        .exceptionally(_ -> {
          ranOn.add(Thread.currentThread());
          return "";
        })
        .join();
    failed
        .exceptionallyCompose(_ -> {
          ranOn.add(Thread.currentThread());
          return CompletableFuture.completedFuture("");
        })
        .join();

    assertThat(ranOn).hasSize(2).doesNotContain(here).allMatch(Thread::isVirtual);
  }

  @Test
  @DisplayName("T5: nor in the stack of another dependent that adds it")
  void shouldNotNestDependents() {
    CompletableFuture<String> answered = answered();
    answered.join();

    CompletableFuture<Boolean> nested =
        answered.thenCompose(_ -> {
          Thread here = Thread.currentThread();
          return answered.thenApply(_ -> Thread.currentThread() == here);
        });

    assertThat(nested.join()).isFalse();
  }

  @Test
  @DisplayName("C15: a chain of dependents takes one virtual thread")
  void shouldRunAChainOnOneThread() {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    ConcurrentLinkedQueue<Thread> ranOn = new ConcurrentLinkedQueue<>();
    Runnable here = () -> ranOn.add(Thread.currentThread());
    CompletableFuture<Void> chain =
        open(sent).thenApply(then(here)).thenCompose(v -> other.thenApply(_ -> v)).thenRun(here);
    chain = chain.thenRun(here);

    other.complete("there");
    sent.join().reply().complete("blue");
    chain.join();

    assertThat(ranOn).hasSize(3).allMatch(ranOn.peek()::equals);
  }

  @Test
  @DisplayName("C15: the outcome of something else keeps the same rules")
  void shouldKeepTheRulesForOtherOutcomes() throws Exception {
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> stage = gate.outcome(GET, source).toCompletableFuture();
    CompletableFuture<Thread> ranOn = new CompletableFuture<>();
    stage.thenRun(() -> ranOn.complete(Thread.currentThread()));

    ThreadMark.runNonBlocking(
        "vlan",
        () -> assertThat(refused(stage::join)).hasMessageContaining("get vlan 7 would block"));
    source.complete("blue");

    assertThat(stage.join()).isEqualTo("blue");
    assertThat(ranOn.join().isVirtual()).isTrue();
    CompletableFuture<String> failing =
        gate.outcome(GET, CompletableFuture.<String>failedFuture(new IllegalStateException("x")))
            .toCompletableFuture();
    assertThat(failing.handle((_, failure) -> failure).join()).hasMessageContaining("x");
  }

  @TestFactory
  @DisplayName("C5: waiting for what cannot complete before the call is waiting for the call")
  Stream<DynamicTest> shouldRefuseToWaitForADerivedStage() {
    Map<String, Derivation> ways = new LinkedHashMap<>(needing());
    ways.put("exceptionally", (stage, _) -> stage.exceptionally(Throwable::toString));
    ways.put("copy", (stage, _) -> stage.copy());
    ways.put("two in a row", (stage, task) -> stage.thenApply(then(task)).thenApply(v -> v));
    ways.put("with a deadline", (stage, task) -> stage.thenRun(task).orTimeout(1, TimeUnit.DAYS));
    return tests(ways, this::assertRefused);
  }

  private void assertRefused(Derivation way) throws Exception {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    try (Slot slot = a.begin(null)) {
      slot.run(() -> {
        CompletableFuture<?> derived = way.of(open(sent), () -> {});

        assertThat(refused(() -> derived.get(1, TimeUnit.SECONDS)).level())
            .isEqualTo(DeadlockLevel.L1);
        assertThat(refused(derived::join).level()).isEqualTo(DeadlockLevel.L1);
        assertThat(refused(derived::get).level()).isEqualTo(DeadlockLevel.L1);
        sent.join().reply().complete("blue");
        return derived.join();
      });
    }
    assertThat(graph.waits()).isEmpty();
    assertThat(graph.openCalls()).isEmpty();
  }

  @TestFactory
  @DisplayName("C5: nobody is accused who waits for a stage that another one may complete")
  Stream<DynamicTest> shouldNotAccuseWhoWaitsForEither() {
    Map<String, Derivation> ways = new LinkedHashMap<>(eitherWay());
    ways.put("behind another", (stage, task) -> stage.runAfterEither(other, task).thenRun(task));
    return tests(ways, way -> assertNotRefused(way, () -> other.complete("there")));
  }

  @Test
  @DisplayName("C5: nor who has a value for the case that the answer is late")
  void shouldNotAccuseWhoHasAValueInstead() throws Exception {
    for (Function<CompletableFuture<String>, CompletableFuture<String>> derived :
        List.<Function<CompletableFuture<String>, CompletableFuture<String>>>of(
            stage -> stage.thenApply(v -> v), Function.identity())) {
      assertNotRefused(
          (stage, _) -> derived.apply(stage).completeOnTimeout("late", 1, TimeUnit.MILLISECONDS),
          () -> {});
    }
  }

  private void assertNotRefused(Derivation way, Runnable complete) throws Exception {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CountDownLatch waiting = new CountDownLatch(1);
    CompletableFuture<Object> outcome = new CompletableFuture<>();
    Thread waiter =
        Thread.startVirtualThread(() -> {
          try (Slot slot = a.begin(null)) {
            slot.run(() -> {
              CompletableFuture<?> derived = way.of(open(sent), () -> {});
              waiting.countDown();
              return derived.join();
            });
            outcome.complete("not refused");
          } catch (Throwable failure) {
            outcome.complete(failure);
          }
        });

    waiting.await();
    await().until(() -> waiter.getState() == Thread.State.WAITING || outcome.isDone());
    complete.run();

    assertThat(outcome.join()).isEqualTo("not refused");
    sent.join().reply().complete("late");
  }

  @Test
  @DisplayName("C5: nor who waits for a dependent that still runs after the answer")
  void shouldNotAccuseWhoWaitsForARunningDependent() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    CompletableFuture<Thread> waiter = new CompletableFuture<>();
    CompletableFuture<String> waited = new CompletableFuture<>();
    TestAgent caller = TestAgent.serial(graph, "c");
    Thread.startVirtualThread(() -> {
      try (Slot slot = a.begin(null)) {
        waited.complete(
            slot.run(() -> {
              CompletableFuture<String> derived =
                  answered().thenApply(then(() -> awaitQuietly(mayEnd)));
              waiter.complete(Thread.currentThread());
              return derived.join();
            }));
      } catch (Exception failure) {
        waited.completeExceptionally(failure);
      }
    });
    Thread waiting = waiter.join();
    await().until(() -> waiting.getState() == Thread.State.WAITING);

    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> second =
        caller
            .callAsync("wait for a", () -> gate.call(a, GET, TestAgent.LONG, sending(sent)))
            .toCompletableFuture();
    sent.join();
    mayEnd.countDown();

    assertThat(waited.join()).isEqualTo("blue");
    sent.join().reply().complete("green");
    assertThat(second.join()).isEqualTo("green");
  }

  private Stream<DynamicTest> tests(Map<String, Derivation> ways, Check check) {
    return ways.entrySet().stream()
        .map(way ->
            DynamicTest.dynamicTest(
                way.getKey(),
                () -> {
                  other = new CompletableFuture<>();
                  check.of(way.getValue());
                }));
  }

  private interface Check {
    void of(Derivation way) throws Exception;
  }

  private CompletableFuture<String> answered() {
    return gate.<String>callAsync(
            graph.callee("quick"),
            GET,
            TestAgent.LONG,
            _ -> CompletableFuture.completedFuture("blue"))
        .toCompletableFuture();
  }

  private CompletableFuture<String> failed() {
    return gate.<String>callAsync(
            graph.callee("quick"),
            GET,
            TestAgent.LONG,
            _ -> CompletableFuture.<String>failedFuture(new IllegalStateException("broken")))
        .toCompletableFuture();
  }

  /** A call to a that nobody answers yet. */
  private CompletableFuture<String> open(CompletableFuture<Call<String>> sent) {
    return gate.<String>callAsync(a, GET, TestAgent.LONG, sending(sent)).toCompletableFuture();
  }

  private static Function<Call<String>, CompletableFuture<String>> sending(
      CompletableFuture<Call<String>> sent) {
    return call -> {
      sent.complete(call);
      return call.reply();
    };
  }

  private static Function<String, String> then(Runnable task) {
    return value -> {
      task.run();
      return value;
    };
  }

  private static <T> BiFunction<String, T, String> both(Runnable task) {
    return (value, _) -> {
      task.run();
      return value;
    };
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}

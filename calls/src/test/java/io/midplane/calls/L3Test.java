package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@DisplayName("L3: independent calls that wait for each other")
class L3Test {
  private final CallGraph graph = new CallGraph();

  @RepeatedTest(20)
  @DisplayName("C6: of two callers who close a cycle at the same moment exactly one is refused")
  void shouldRefuseExactlyOneOfTwo() {
    List<Object> outcomes = ring(2);

    List<DeadlockDetectedException> refused = refusals(outcomes);
    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst().level()).isEqualTo(DeadlockLevel.L3);
    assertThat(refused.getFirst().cycle()).hasSize(2);
    assertThat(outcomes).filteredOn("served"::equals).hasSize(1);
    assertThat(graph.openCalls()).isEmpty();
  }

  @RepeatedTest(5)
  void shouldRefuseExactlyOneOfFive() {
    List<DeadlockDetectedException> refused = refusals(ring(5));

    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst().cycle()).hasSize(5);
  }

  @Test
  @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
  @DisplayName("C4: a cycle through two runtimes is missed, and neither graph reads the other's")
  void shouldNotFollowAnotherRuntimesSlots() throws Exception {
    CallGraph elsewhere = new CallGraph();
    TestAgent here = TestAgent.serial(graph, "here");
    TestAgent there = TestAgent.serial(elsewhere, "there");
    CompletableFuture<Call<String>> back = new CompletableFuture<>();

    CompletableFuture<String> outer =
        here.callAsync(
                "go",
                () ->
                    there.call(
                        "on",
                        () ->
                            new BlockingGate(graph)
                                .<String>call(
                                    here.callee(),
                                    new Operation("back", "callAsync()"),
                                    TestAgent.LONG,
                                    call -> {
                                      back.complete(call);
                                      return call.reply();
                                    })))
            .toCompletableFuture();

    back.join().reply().complete("missed");
    assertThat(outer.join()).isEqualTo("missed");
    assertThat(elsewhere.callee("sync").begin(null).run(() -> nestedIn(elsewhere)))
        .as("a slot inside another runtime's slot on one thread")
        .isEqualTo("nested");
  }

  private String nestedIn(CallGraph elsewhere) throws Exception {
    Slot outer = Objects.requireNonNull(ThreadMark.current()).slot();
    try (Slot inner = graph.callee("inner").begin(null)) {
      return inner.run(() -> {
        assertThat(outer.inner()).isNull();
        return outer.graph() == elsewhere ? "nested" : "wrong";
      });
    }
  }

  @Test
  void shouldWaitForABusyCalleeThatWillBeFree() throws Exception {
    TestAgent vlan = TestAgent.serial(graph, "vlan");
    TestAgent fdb = TestAgent.serial(graph, "fdb");
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    var first =
        fdb.callAsync(
            "long walk",
            () -> {
              busy.countDown();
              release.await();
              return "walked";
            });
    busy.await();
    CompletableFuture<String> second = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> second.complete(vlan.call("get", () -> fdb.call("get", () -> "blue"))));

    await().until(() -> graph.waits().size() == 2);
    release.countDown();

    assertThat(second.join()).isEqualTo("blue");
    assertThat(first.toCompletableFuture().join()).isEqualTo("walked");
  }

  /** n agents, each of whom is busy and calls the next, all at the same moment. */
  private List<Object> ring(int n) {
    List<TestAgent> agents = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      agents.add(TestAgent.serial(graph, "agent" + i));
    }
    CyclicBarrier together = new CyclicBarrier(n);
    List<CompletableFuture<Object>> outcomes = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      TestAgent next = agents.get((i + 1) % n);
      outcomes.add(
          agents
              .get(i)
              .<Object>callAsync(
                  "set",
                  () -> {
                    together.await();
                    return next.call("get", () -> "served");
                  })
              .toCompletableFuture());
    }
    return outcomes.stream().map(f -> f.exceptionally(e -> e).join()).toList();
  }

  private static List<DeadlockDetectedException> refusals(List<Object> outcomes) {
    return outcomes.stream()
        .filter(DeadlockDetectedException.class::isInstance)
        .map(DeadlockDetectedException.class::cast)
        .toList();
  }
}

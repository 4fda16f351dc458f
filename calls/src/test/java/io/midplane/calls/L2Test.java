package io.midplane.calls;

import static io.midplane.calls.L1Test.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("L2: a call chain that comes back to somebody who waits in it")
class L2Test {
  private final CallGraph graph = new CallGraph();
  private final TestAgent vlan = TestAgent.serial(graph, "vlan");
  private final TestAgent fdb = TestAgent.serial(graph, "fdb");
  private final TestAgent stp = TestAgent.serial(graph, "stp");

  @Test
  @DisplayName("T6: A → B → A is refused at its last call")
  void shouldRefuseTheCallThatComesBack() {
    DeadlockDetectedException refused =
        vlan.call(
            "set 7",
            () -> fdb.call("getnext fdb", () -> refused(() -> vlan.call("get 7", () -> "never"))));

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L2);
    assertThat(refused.cycle()).extracting(Wait::waiter).containsExactly("fdb", "vlan");
    assertThat(refused.cycle()).extracting(Wait::callee).containsExactly("vlan", "fdb");
    assertThat(refused.cycle()).extracting(Wait::operation).containsExactly("get 7", "getnext fdb");
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("T8: the message names the call, the thread, the whole cycle and the alternative")
  void shouldNameTheWholeCycle() {
    Instant before = Instant.now();

    DeadlockDetectedException refused =
        vlan.call(
            "set 7",
            () ->
                fdb.call(
                    "getnext fdb",
                    () ->
                        stp.call("get root", () -> refused(() -> vlan.call("get 7", () -> "x")))));

    assertThat(refused.getMessage())
        .matches(
            "deadlock L2: calling vlan \\(get 7\\) from stp, thread .*, would complete a cycle: "
                + "stp → vlan \\(since \\d+ ms, get 7\\) → fdb \\(since \\d+ ms, getnext fdb\\) → "
                + "stp \\(since \\d+ ms, get root\\)\\. Nothing was sent\\. "
                + "Use callAsync\\(\\), or call from a separate agent\\.");
    assertThat(refused.cycle())
        .allSatisfy(wait -> assertThat(wait.since()).isBetween(before, Instant.now()));
  }

  @Test
  void shouldLetTheChainGoOnAfterTheRefusal() {
    String answer =
        vlan.call(
            "set 7",
            () ->
                fdb.call(
                    "getnext fdb",
                    () -> {
                      refused(() -> vlan.call("get 7", () -> "never"));
                      return stp.call("get root", () -> "root");
                    }));

    assertThat(answer).isEqualTo("root");
  }

  @Test
  void shouldServeACallThatComesBackToAFreeSlot() {
    TestAgent parallel = TestAgent.parallel(graph, "port");

    String answer =
        parallel.callShared(
            "get 1", () -> vlan.call("get 7", () -> parallel.callShared("get 2", () -> "up")));

    assertThat(answer).isEqualTo("up");
  }

  @Test
  void shouldRefuseAnExclusiveCallThatComesBackToASharedOne() {
    TestAgent parallel = TestAgent.parallel(graph, "port");

    DeadlockDetectedException refused =
        parallel.callShared(
            "get 1",
            () -> vlan.call("get 7", () -> refused(() -> parallel.call("set 2", () -> "never"))));

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L2);
  }

  @Test
  void shouldFindItThroughHandlersNestedOnOneThread() {
    Callee inner = graph.callee("inner");

    DeadlockDetectedException refused =
        vlan.call(
            "set 7",
            () -> {
              try (Slot slot = inner.begin(null)) {
                return slot.run(() -> refused(() -> vlan.call("get 7", () -> "never")));
              }
            });

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L2);
    assertThat(refused).hasMessageContaining("inner → vlan").hasMessageContaining("same thread");
  }

  @Test
  void shouldFollowAChainLongerThanTheQuickWay() throws Exception {
    CompletableFuture<DeadlockDetectedException> refused = new CompletableFuture<>();
    TestAgent[] chain = new TestAgent[300];
    for (int i = 0; i < chain.length; i++) {
      chain[i] = TestAgent.serial(graph, "agent" + i);
    }

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.submit(() -> callOn(chain, 0, refused)).get();
    }

    assertThat(refused.join().level()).isEqualTo(DeadlockLevel.L2);
    assertThat(refused.join().cycle()).hasSize(300);
  }

  private static Object callOn(
      TestAgent[] chain, int next, CompletableFuture<DeadlockDetectedException> refused) {
    if (next == chain.length) {
      refused.complete(refused(() -> chain[0].call("close", () -> "never")));
      return next;
    }
    return chain[next].call("step " + next, () -> callOn(chain, next + 1, refused));
  }
}

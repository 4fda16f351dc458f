package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("L1: a synchronous call to oneself")
class L1Test {
  private final CallGraph graph = new CallGraph();

  @Test
  @DisplayName("T6: is refused where the only turn is the caller's own")
  void shouldRefuseASelfCall() {
    TestAgent vlan = TestAgent.serial(graph, "vlan");

    DeadlockDetectedException refused =
        vlan.call("set 7", () -> refused(() -> vlan.call("get 7", () -> "never")));

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L1);
    assertThat(refused.cycle()).hasSize(1);
    assertThat(refused.cycle().getFirst().waiter()).isEqualTo("vlan");
    assertThat(refused.cycle().getFirst().callee()).isEqualTo("vlan");
    assertThat(refused.cycle().getFirst().operation()).isEqualTo("get 7");
    assertThat(refused)
        .hasMessageContaining("deadlock L1: calling vlan (get 7) from vlan")
        .hasMessageContaining("vlan → vlan")
        .hasMessageContaining("Nothing was sent. Use callAsync()");
    assertThat(graph.openCalls()).isEmpty();
    assertThat(vlan.call("get 7", () -> "still usable")).isEqualTo("still usable");
  }

  @Test
  void shouldServeASharedSelfCallOfAParallelCallee() {
    TestAgent vlan = TestAgent.parallel(graph, "vlan");

    String answer = vlan.callShared("get 7", () -> vlan.callShared("get 8", () -> "blue"));

    assertThat(answer).isEqualTo("blue");
  }

  @Test
  @DisplayName("C20: a handler's shared call overtakes a queued exclusive one")
  void shouldServeASharedSelfCallWhileAnExclusiveOneIsQueued() {
    TestAgent vlan = TestAgent.parallel(graph, "vlan");

    String answer =
        vlan.callShared(
            "get 7",
            () -> {
              var exclusive = vlan.callAsync("set 7", () -> "set");
              String nested = vlan.callShared("get 8", () -> "blue");
              assertThat(exclusive.toCompletableFuture()).isNotDone();
              return nested;
            });

    assertThat(answer).isEqualTo("blue");
  }

  @Test
  void shouldRefuseAnExclusiveSelfCallOfAParallelCallee() {
    TestAgent vlan = TestAgent.parallel(graph, "vlan");

    DeadlockDetectedException refused =
        vlan.callShared("get 7", () -> refused(() -> vlan.call("set 7", () -> "never")));

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L1);
  }

  @Test
  void shouldRefuseASharedSelfCallFromAnExclusiveHandler() {
    TestAgent vlan = TestAgent.parallel(graph, "vlan");

    DeadlockDetectedException refused =
        vlan.call("set 7", () -> refused(() -> vlan.callShared("get 7", () -> "never")));

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L1);
  }

  @Test
  void shouldAllowAsyncSelfCalls() {
    TestAgent vlan = TestAgent.serial(graph, "vlan");

    var later = vlan.call("set 7", () -> vlan.callAsync("get 7", () -> "blue"));

    assertThat(later.toCompletableFuture().join()).isEqualTo("blue");
  }

  @Test
  void shouldRefuseToBlockOnAnAsyncSelfCall() {
    TestAgent vlan = TestAgent.serial(graph, "vlan");

    DeadlockDetectedException refused =
        vlan.call(
            "set 7",
            () -> {
              var later = vlan.callAsync("get 7", () -> "blue").toCompletableFuture();
              return refused(later::join);
            });

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L1);
    assertThat(refused).hasMessageContaining("The call itself goes on.");
  }

  static DeadlockDetectedException refused(ThrowingCallable call) {
    return catchThrowableOfType(DeadlockDetectedException.class, call);
  }
}

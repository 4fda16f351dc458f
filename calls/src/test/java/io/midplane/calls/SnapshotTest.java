package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a dump shows")
class SnapshotTest {
  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);
  private final Callee vlan = graph.callee("vlan");
  private final AtomicInteger rendered = new AtomicInteger();
  private final Operation get = new Operation(new CountingText(), "getAsync()");

  private final class CountingText {
    @Override
    public String toString() {
      rendered.incrementAndGet();
      return "get vlan 7";
    }
  }

  @Test
  @DisplayName("C17: blocked threads, handlers and actors by their names; async calls apart")
  void shouldNameWaiters() throws Exception {
    Instant before = Instant.now();
    CompletableFuture<String> answer = new CompletableFuture<>();
    Function<Call<String>, CompletionStage<String>> send = _ -> answer;
    Thread cli =
        Thread.ofVirtual()
            .name("cli")
            .start(() -> gate.<String>call(vlan, get, TestAgent.LONG, send));
    Thread handler =
        Thread.startVirtualThread(() -> {
          try (Slot slot = graph.callee("fdb").begin(null)) {
            slot.run(() -> gate.call(vlan, get, TestAgent.LONG, send));
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    ThreadMark.runNonBlocking("stp", () -> gate.callAsync(vlan, get, TestAgent.LONG, send));
    await().until(() -> graph.openCalls().size() == 3);

    assertThat(graph.waits()).extracting(Wait::waiter).containsExactlyInAnyOrder("cli", "fdb");
    assertThat(graph.openCalls())
        .extracting(Wait::waiter)
        .containsExactlyInAnyOrder("cli", "fdb", "stp");
    assertThat(graph.openCalls())
        .allSatisfy(wait -> {
          assertThat(wait.callee()).isEqualTo("vlan");
          assertThat(wait.operation()).isEqualTo("get vlan 7");
          assertThat(wait.since()).isBetween(before, Instant.now());
        });

    answer.complete("blue");
    cli.join();
    handler.join();
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C17: an operation's text is made only when somebody reads it")
  void shouldNotRenderTextNeedlessly() {
    gate.call(vlan, get, TestAgent.LONG, _ -> CompletableFuture.completedFuture("blue"));

    assertThat(rendered).hasValue(0);
  }
}

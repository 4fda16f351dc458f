package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An asynchronous call")
class AsyncCallTest {
  private static final Operation GET = new Operation("get vlan 7", "getAsync()");

  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);
  private final Callee vlan = graph.callee("vlan");

  @Test
  @DisplayName("C15: completes on a virtual thread, not on the one that answers")
  void shouldCompleteOnAVirtualThread() {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<Thread> completer = new CompletableFuture<>();
    open(sent).thenAccept(_ -> completer.complete(Thread.currentThread()));

    sent.join().reply().complete("blue");

    assertThat(completer.join().isVirtual()).isTrue();
    assertThat(completer.join()).isNotSameAs(Thread.currentThread());
  }

  @Test
  @DisplayName("C15: or where the caller asks for it")
  void shouldCompleteWhereAsked() {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<Thread> completer = new CompletableFuture<>();
    open(Runnable::run, sent).thenAccept(_ -> completer.complete(Thread.currentThread()));

    sent.join().reply().complete("blue");

    assertThat(completer.join()).isSameAs(Thread.currentThread());
  }

  @Test
  @DisplayName("C15: and on a virtual thread if that executor refuses")
  void shouldCompleteThoughTheExecutorRefuses() {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    ExecutorService closed = Executors.newSingleThreadExecutor();
    closed.shutdown();
    CompletionStage<String> stage = open(closed, sent);

    sent.join().reply().complete("blue");

    assertThat(stage.toCompletableFuture().join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("C15: its dependents may block and call again")
  void shouldLetDependentsBlock() {
    CompletionStage<String> twice =
        answered()
            .thenApply(first ->
                first
                    + " and "
                    + gate.call(
                        vlan,
                        GET,
                        TestAgent.LONG,
                        _ -> CompletableFuture.completedFuture("green")));

    assertThat(twice.toCompletableFuture().join()).isEqualTo("blue and green");
  }

  @Test
  @DisplayName("C15: dependents given to no executor run on virtual threads")
  void shouldRunAsyncDependentsOnVirtualThreads() {
    CompletableFuture<Boolean> virtual =
        answered()
            .thenApplyAsync(_ -> Thread.currentThread().isVirtual())
            .thenApplyAsync(before -> before && Thread.currentThread().isVirtual())
            .toCompletableFuture();

    assertThat(virtual.join()).isTrue();
  }

  @Test
  @DisplayName("T5: calls back exactly once, never inside the calling stack")
  void shouldCallBackOnceAndLater() {
    AtomicInteger callbacks = new AtomicInteger();
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<Object> done = new CompletableFuture<>();
    CompletionStage<String> stage =
        gate.callAsync(
            vlan,
            GET,
            TestAgent.LONG,
            (Call<String> call) -> {
              sent.complete(call);
              call.reply().complete("blue"); // answered before callAsync returns
              return call.reply();
            });
    stage.whenComplete((value, failure) -> {
      callbacks.incrementAndGet();
      done.complete(value);
    });

    assertThat(sent.join().reply().complete("again")).isFalse();
    vlan.fail(new IllegalStateException("too late"));

    assertThat(done.join()).isEqualTo("blue");
    assertThat(callbacks).hasValue(1);
  }

  @Test
  @DisplayName("C15: a send that throws fails the stage, not the caller")
  void shouldDeliverAFailingSend() {
    CompletionStage<String> stage =
        gate.callAsync(
            vlan,
            GET,
            TestAgent.LONG,
            _ -> {
              throw new IllegalStateException("mailbox full");
            });

    assertThat(catchThrowable(() -> stage.toCompletableFuture().join()))
        .cause()
        .hasMessage("get vlan 7: vlan failed: java.lang.IllegalStateException: mailbox full");
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C15: an answer of null is an answer")
  void shouldAcceptNull() {
    CompletionStage<Void> stage =
        gate.callAsync(
            vlan, GET, TestAgent.LONG, _ -> CompletableFuture.<Void>completedFuture(null));

    assertThat(stage.toCompletableFuture().join()).isNull();
  }

  @Test
  @DisplayName("C15: cancelling gives the call up")
  void shouldEndTheCallWhenCancelled() {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> stage = open(sent).toCompletableFuture();

    stage.cancel(true);

    assertThat(sent.join().reply()).isCancelled();
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("L0: blocking on the stage of a call, or on one derived from it, is refused too")
  void shouldRefuseToBlockOnAStage() throws Exception {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> stage = open(sent).toCompletableFuture();
    CompletableFuture<String> derived = stage.thenApply(String::strip);

    ThreadMark.runNonBlocking(
        "fdb",
        () -> {
          assertThat(catchThrowable(stage::join)).isInstanceOf(DeadlockDetectedException.class);
          assertThat(catchThrowable(stage::get)).isInstanceOf(DeadlockDetectedException.class);
          assertThat(catchThrowable(derived::join)).isInstanceOf(DeadlockDetectedException.class);
          return null;
        });

    sent.join().reply().complete("blue");
    assertThat(derived.join()).isEqualTo("blue");
    ThreadMark.runNonBlocking("fdb", () -> assertThat(stage.join()).isEqualTo("blue"));
  }

  private CompletionStage<String> answered() {
    return gate.callAsync(
        vlan, GET, TestAgent.LONG, _ -> CompletableFuture.completedFuture("blue"));
  }

  private CompletionStage<String> open(CompletableFuture<Call<String>> sent) {
    return gate.callAsync(
        vlan,
        GET,
        TestAgent.LONG,
        (Call<String> call) -> {
          sent.complete(call);
          return call.reply();
        });
  }

  private CompletionStage<String> open(Executor completeOn, CompletableFuture<Call<String>> sent) {
    return gate.callAsync(
        vlan,
        GET,
        TestAgent.LONG,
        completeOn,
        (Call<String> call) -> {
          sent.complete(call);
          return call.reply();
        });
  }
}

package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("How a call ends: answer, error, death, deadline, interrupt")
class EndingsTest {
  private static final Operation GET = new Operation("get vlan 7", "getAsync()");
  private static final Duration SHORT = Duration.ofMillis(20);

  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);
  private final Callee vlan = graph.callee("vlan");
  private final IllegalStateException crash = new IllegalStateException("disk gone");

  @Test
  @DisplayName("C11: the callee's death ends every open call at once, naming it and the reason")
  void shouldEndEveryOpenCallWhenTheCalleeDies() {
    CompletableFuture<Throwable> sync = callOnThread(TestAgent.LONG);
    CompletableFuture<?> async = openAsync();
    await().until(() -> graph.openCalls().size() == 2);

    vlan.fail(crash);

    assertThat(sync.join()).satisfies(this::isDeath);
    assertThat(catchThrowable(async::join).getCause()).satisfies(this::isDeath);
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C11: later calls are refused the same way until the callee is back")
  void shouldRefuseCallsToTheDeadUntilRevived() {
    vlan.fail(crash);

    assertThatThrownBy(() -> answered(CompletableFuture.completedFuture("blue")))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED))
        .hasMessageContaining("vlan: is down, so get vlan 7 was not sent")
        .hasCause(crash);
    assertThat(catchThrowable(() -> openAsync().join())).hasMessageContaining("vlan: is down");

    vlan.revive();

    assertThat(answered(CompletableFuture.completedFuture("blue"))).isEqualTo("blue");
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C11: an answer that is under way still arrives")
  void shouldDeliverAnAnswerSentBeforeDeath() {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> result = openAsync(sent::complete);

    sent.join().replied();
    vlan.fail(crash);
    sent.join().reply().complete("blue");

    assertThat(result.join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("C11: closing is a death with the reason that it was closed")
  void shouldEndCallsWhenClosed() {
    CompletableFuture<String> open = openAsync();

    vlan.close();

    assertThat(catchThrowable(open::join)).hasMessageContaining("vlan was closed; call");
  }

  @Test
  @DisplayName("C11: closing what is dead already keeps the reason of its death")
  void shouldKeepTheFirstReason() {
    vlan.fail(crash);
    vlan.close();

    assertThatThrownBy(() -> answered(CompletableFuture.completedFuture("blue"))).hasCause(crash);
  }

  @Test
  @DisplayName("C12: a restart ends the calls that were taken; those in the queue live on")
  void shouldEndOnlyTakenCallsOnRestart() {
    CompletableFuture<Call<String>> served = new CompletableFuture<>();
    CompletableFuture<Call<String>> taken = new CompletableFuture<>();
    CompletableFuture<Call<String>> queued = new CompletableFuture<>();
    CompletableFuture<String> servedResult = openAsync(served::complete);
    CompletableFuture<String> takenResult = openAsync(taken::complete);
    CompletableFuture<String> queuedResult = openAsync(queued::complete);
    Slot slot = vlan.begin(served.join());
    taken.join().taken();

    vlan.failTaken(crash);
    slot.close();

    assertThat(catchThrowable(servedResult::join).getCause()).satisfies(this::isDeath);
    assertThat(catchThrowable(takenResult::join).getCause()).satisfies(this::isDeath);
    assertThat(queuedResult).isNotDone();
    queued.join().reply().complete("blue");
    assertThat(queuedResult.join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("C12: a handler left over from before a restart holds nobody up")
  void shouldForgetTheHandlersOfBefore() throws Exception {
    Callee fdb = graph.callee("fdb");
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    Thread old =
        Thread.startVirtualThread(() -> {
          try (Slot slot = vlan.begin(null)) {
            slot.run(() ->
                gate.<String>call(
                    fdb,
                    GET,
                    TestAgent.LONG,
                    call -> {
                      sent.complete(call);
                      return call.reply();
                    }));
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });

    try (Slot slot = fdb.begin(sent.join())) {
      vlan.failTaken(crash);

      assertThat(slot.run(() -> answered(CompletableFuture.completedFuture("blue"))))
          .isEqualTo("blue");
    }

    sent.join().reply().complete("late");
    old.join();
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C13: a deadline names the operation, the callee, the wait and what to do")
  void shouldTimeOut() {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();

    assertThatThrownBy(() ->
            gate.<String>call(
                vlan,
                GET,
                SHORT,
                call -> {
                  sent.complete(call);
                  return call.reply();
                }))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
        .hasMessageMatching(
            "get vlan 7: no answer from vlan after \\d+ ms \\(it is still in the queue\\); "
                + "it may still take effect: look before you repeat it, or allow it more time");
    assertThat(sent.join().reply()).as("the callee can see it").isCompletedExceptionally();
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C13: an asynchronous call has a deadline too")
  void shouldTimeOutAsync() {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> result =
        gate.callAsync(
                vlan,
                GET,
                SHORT,
                (Call<String> call) -> {
                  sent.complete(call);
                  return call.reply();
                })
            .toCompletableFuture();
    try (Slot slot = vlan.begin(sent.join())) {
      assertThat(catchThrowable(result::join).getCause())
          .isInstanceOfSatisfying(
              MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
          .hasMessageContaining("(it is being served)");
    }
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C13: a deadline holds while the common pool is stuck")
  void shouldTimeOutWithoutTheCommonPool() {
    CountDownLatch release = new CountDownLatch(1);
    for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
      ForkJoinPool.commonPool().execute(() -> awaitQuietly(release));
    }
    try {
      CompletableFuture<String> result =
          gate.<String>callAsync(vlan, GET, SHORT, Call::reply).toCompletableFuture();

      assertThat(catchThrowable(result::join)).hasMessageContaining("no answer from vlan");
    } finally {
      release.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shouldRefuseATimeoutOfNothing() {
    assertThatThrownBy(() -> gate.<String>call(vlan, GET, Duration.ZERO, Call::reply))
        .hasMessage("timeout: PT0S (expected: more than zero)");
  }

  @Test
  @DisplayName("C14: an interrupt ends the wait and stays set")
  void shouldEndOnInterrupt() throws Exception {
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              outcome.complete(
                  catchThrowable(() -> gate.<String>call(vlan, GET, TestAgent.LONG, Call::reply)));
              flag.complete(Thread.currentThread().isInterrupted());
            });
    await().until(() -> graph.waits().size() == 1);

    caller.interrupt();

    assertThat(outcome.join())
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED))
        .hasMessageContaining("get vlan 7: the thread was interrupted after waiting");
    assertThat(flag.join()).isTrue();
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C16: the callee's own MidplaneException arrives as itself, with the caller's stack")
  void shouldDeliverKnownErrorsAsThemselves() {
    MidplaneException refusal = new MidplaneException(ErrorCode.AGENT_REFUSED, "vlan 7 is in use");

    Throwable thrown =
        catchThrowable(() -> answered(CompletableFuture.failedFuture(wrapped(refusal))));

    assertThat(thrown).isSameAs(refusal);
    assertThat(thrown.getSuppressed()).hasSize(1);
    assertThat(thrown.getSuppressed()[0]).hasMessage("get vlan 7 was called here");
    assertThat(thrown.getSuppressed()[0].getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(EndingsTest.class.getName()));
  }

  @Test
  @DisplayName("C16: an error delivered to many callers does not grow without end")
  void shouldNotCollectCallersWithoutEnd() {
    MidplaneException shared = new MidplaneException(ErrorCode.BUSY, "a save is in progress");
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> answered(CompletableFuture.failedFuture(shared))).isSameAs(shared);
    }

    assertThat(shared.getSuppressed()).hasSizeLessThan(10);
  }

  @Test
  @DisplayName("C16: any other error arrives wrapped, with its cause")
  void shouldWrapUnknownErrors() {
    IOException cause = new IOException("no such file");

    assertThatThrownBy(() -> answered(CompletableFuture.failedFuture(wrapped(cause))))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
        .hasMessage("get vlan 7: vlan failed: java.io.IOException: no such file")
        .hasCause(cause);
  }

  @Test
  @DisplayName("C16: the sender's own timeout and cancellation have their codes")
  void shouldTranslateTimeoutAndCancellation() {
    assertThatThrownBy(
            () -> answered(CompletableFuture.failedFuture(new TimeoutException("ask timed out"))))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
    CompletableFuture<String> cancelled = new CompletableFuture<>();
    cancelled.cancel(false);
    assertThatThrownBy(() -> answered(cancelled))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
  }

  @Test
  void shouldRefuseACalleeOfAnotherGraph() {
    Callee stranger = new CallGraph().callee("stranger");

    assertThatThrownBy(() -> gate.<String>call(stranger, GET, SHORT, Call::reply))
        .hasMessageContaining("callee: stranger of another graph");
  }

  private String answered(CompletableFuture<String> answer) {
    return gate.call(vlan, GET, TestAgent.LONG, _ -> answer);
  }

  private static Throwable wrapped(Throwable cause) {
    return new CompletionException(cause);
  }

  private CompletableFuture<Throwable> callOnThread(Duration timeout) {
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread.startVirtualThread(() ->
        outcome.complete(catchThrowable(() -> gate.<String>call(vlan, GET, timeout, Call::reply))));
    return outcome;
  }

  private CompletableFuture<String> openAsync() {
    return openAsync(_ -> {});
  }

  private CompletableFuture<String> openAsync(Consumer<Call<String>> sender) {
    return gate.callAsync(
            vlan,
            GET,
            TestAgent.LONG,
            (Call<String> call) -> {
              sender.accept(call);
              return call.reply();
            })
        .toCompletableFuture();
  }

  private void isDeath(Throwable thrown) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED))
        .hasMessageMatching(
            "vlan: died while get vlan 7 was open \\(\\d+ ms after the call\\): "
                + "java.lang.IllegalStateException: disk gone; call again once it is back")
        .hasCause(crash);
  }
}

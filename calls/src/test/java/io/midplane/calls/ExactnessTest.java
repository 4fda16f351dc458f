package io.midplane.calls;

import static io.midplane.calls.L1Test.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An edge is there exactly as long as somebody waits for somebody")
class ExactnessTest {
  private static final Operation GET = new Operation("get vlan 7", "getAsync()");

  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);
  private final Callee a = graph.callee("a");
  private final Callee b = graph.callee("b");

  @Test
  @DisplayName("C1: an edge goes when the answer is sent, not when the caller wakes")
  void shouldForgetTheEdgeWhenTheAnswerIsSent() throws Exception {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> first = inSlotOf(a, () -> callWith(b, sent::complete));
    Call<String> call = sent.join();
    await().until(() -> graph.waits().size() == 1);

    try (Slot slot = b.begin(call)) {
      slot.run(() -> {
        assertThat(refused(() -> callWith(a, _ -> {})).level()).isEqualTo(DeadlockLevel.L2);
        call.replied();
        return answeredCall(a); // a has not woken yet, but nothing holds it up any more
      });
    }
    assertThat(first).isNotDone();
    call.reply().complete("blue");

    assertThat(first.join()).isEqualTo("blue");
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C2: a forwarded call waits for the one it was passed on to")
  void shouldMoveTheEdgeOfAForwardedCall() throws Exception {
    Callee c = graph.callee("c");
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> first = inSlotOf(a, () -> callWith(b, sent::complete));
    Call<String> call = sent.join();

    boolean passedOn = call.forwardedTo(c);

    assertThat(passedOn).isTrue();
    assertThat(call.callee()).isSameAs(c);
    assertThat(graph.waits()).extracting(Wait::callee).containsExactly("c");
    try (Slot slot = b.begin(null)) {
      assertThat(slot.run(() -> answeredCall(a))).isEqualTo("answered");
    }
    try (Slot slot = c.begin(call)) {
      assertThat(slot.run(() -> refused(() -> callWith(a, _ -> {}))).level())
          .isEqualTo(DeadlockLevel.L2);
    }
    call.reply().complete("blue");
    assertThat(first.join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("C2: a call that would complete a cycle by being forwarded ends at its caller")
  void shouldRefuseAForwardThatCompletesACycle() throws Exception {
    CompletableFuture<Call<String>> toB = new CompletableFuture<>();
    CompletableFuture<String> outcome = inSlotOf(a, () -> callWith(b, toB::complete));

    boolean passedOn = toB.join().forwardedTo(a);

    assertThat(passedOn).isFalse();
    assertThat(catchThrowable(outcome::join))
        .cause()
        .isInstanceOfSatisfying(
            DeadlockDetectedException.class, e -> assertThat(e.level()).isEqualTo(DeadlockLevel.L1))
        .hasMessageContaining("It was not passed on.");
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C2: a call forwarded to somebody who is down ends at once")
  void shouldEndACallForwardedToTheDead() {
    CompletableFuture<Call<String>> toB = new CompletableFuture<>();
    var outcome = gate.callAsync(b, GET, TestAgent.LONG, sending(toB::complete));
    a.fail(new IllegalStateException("crashed"));

    assertThat(toB.join().forwardedTo(a)).isFalse();

    assertThat(catchThrowable(() -> outcome.toCompletableFuture().join()))
        .hasMessageContaining("a: died while get vlan 7 was open");
    assertThat(toB.join().forwardedTo(b)).as("it has ended").isFalse();
  }

  @Test
  @DisplayName("C3: a call with a deadline is refused like one without")
  void shouldRefuseABoundedWait() throws Exception {
    try (Slot slot = a.begin(null)) {
      for (Duration timeout : List.of(Duration.ofMillis(50), Duration.ofDays(1_000_000))) {
        DeadlockDetectedException refused =
            slot.run(() -> refused(() -> gate.call(a, GET, timeout, sending(_ -> {}))));

        assertThat(refused.level()).isEqualTo(DeadlockLevel.L1);
      }
    }
  }

  @Test
  @DisplayName("C4: a call taken by somebody unknown holds nobody up")
  void shouldNotAccuseAnUnknownReplier() throws Exception {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> first = inSlotOf(a, () -> callWith(b, sent::complete));

    sent.join().taken();

    try (Slot slot = b.begin(null)) {
      assertThat(slot.run(() -> answeredCall(a))).isEqualTo("answered");
    }
    sent.join().reply().complete("blue");
    assertThat(first.join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("C4: a handler that ends without an answer leaves it to somebody unknown")
  void shouldNotAccuseAHandlerThatIsOver() throws Exception {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> first = inSlotOf(a, () -> callWith(b, sent::complete));

    b.begin(sent.join()).close();

    try (Slot slot = b.begin(null)) {
      assertThat(slot.run(() -> answeredCall(a))).isEqualTo("answered");
    }
    sent.join().reply().complete("blue");
    assertThat(first.join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("C5: an asynchronous call makes no edge; blocking on its stage does")
  void shouldMakeAnEdgeOnlyForWhoBlocks() throws Exception {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CountDownLatch join = new CountDownLatch(1);
    CompletableFuture<String> joined =
        inSlotOf(
            a,
            () -> {
              var stage = gate.callAsync(b, GET, TestAgent.LONG, sending(sent::complete));
              join.await();
              return stage.toCompletableFuture().join();
            });
    Call<String> call = sent.join();
    assertThat(graph.waits()).isEmpty();
    assertThat(graph.openCalls()).hasSize(1);

    try (Slot slot = b.begin(call)) {
      assertThat(slot.run(() -> answeredCall(a))).isEqualTo("answered");
      join.countDown();
      await().until(() -> graph.waits().size() == 1);
      assertThat(slot.run(() -> refused(() -> callWith(a, _ -> {}))).level())
          .isEqualTo(DeadlockLevel.L2);
    }

    call.reply().complete("blue");
    assertThat(joined.join()).isEqualTo("blue");
    assertThat(graph.waits()).isEmpty();
  }

  @Test
  @DisplayName("C7: a refused call sends nothing")
  void shouldNotSendWhatIsRefused() throws Exception {
    AtomicBoolean sent = new AtomicBoolean();

    try (Slot slot = a.begin(null)) {
      slot.run(() -> refused(() -> callWith(a, _ -> sent.set(true))));
    }

    assertThat(sent).isFalse();
    assertThat(graph.openCalls()).isEmpty();
  }

  @Test
  @DisplayName("C7: a send that throws leaves no edge")
  void shouldRemoveTheEdgeWhenSendThrows() throws Exception {
    try (Slot slot = a.begin(null)) {
      slot.run(() -> {
        assertThatThrownBy(() ->
                gate.<String>call(
                    b,
                    GET,
                    TestAgent.LONG,
                    _ -> {
                      throw new IllegalStateException("mailbox full");
                    }))
            .hasMessage("mailbox full");
        assertThat(graph.openCalls()).isEmpty();
        assertThat(slot.waitsFor()).isNull();
        return answeredCall(b);
      });
    }
  }

  @Test
  @DisplayName("C8: the sender's own future decides, before anything that depends on it has run")
  void shouldTrustTheSendersOwnFuture() throws Exception {
    CompletableFuture<String> ask = new CompletableFuture<>();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> first =
        inSlotOf(
            a,
            () ->
                gate.call(
                    b,
                    GET,
                    TestAgent.LONG,
                    call -> {
                      sent.complete(call);
                      return ask;
                    }));
    Call<String> call = sent.join();
    await().until(call::isSent);
    var _ =
        ask.whenComplete(
            (_, _) -> { // runs before the gate's own dependent: those run last in, first out
              held.countDown();
              awaitQuietly(release);
            });

    try (Slot slot = b.begin(call)) {
      Thread.startVirtualThread(() -> ask.complete("blue"));
      held.await();
      assertThat(call.reply()).isNotDone();
      assertThat(slot.run(() -> answeredCall(a))).isEqualTo("answered");
    }

    release.countDown();
    assertThat(first.join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("C8: nobody is accused over a call whose sender has not returned yet")
  void shouldWaitForASenderToReturn() throws Exception {
    CountDownLatch inSend = new CountDownLatch(1);
    CountDownLatch returnFromSend = new CountDownLatch(1);
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> first =
        inSlotOf(
            a,
            () ->
                gate.call(
                    b,
                    GET,
                    TestAgent.LONG,
                    call -> {
                      sent.complete(call);
                      inSend.countDown();
                      awaitQuietly(returnFromSend);
                      return CompletableFuture.completedFuture("blue");
                    }));
    inSend.await();

    try (Slot slot = b.begin(sent.join())) {
      CompletableFuture<String> second = new CompletableFuture<>();
      Thread.startVirtualThread(() -> completeWith(second, () -> slot.run(() -> answeredCall(a))));
      await().during(Duration.ofMillis(20)).until(() -> !second.isDone());
      returnFromSend.countDown();

      assertThat(second.join()).isEqualTo("answered");
    }
    assertThat(first.join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("C8: a refusal takes about a millisecond, in which an answer on its way arrives")
  void shouldNotAccuseOverAnAnswerOnItsWay() throws Exception {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CompletableFuture<String> first = inSlotOf(a, () -> callWith(b, sent::complete));
    Call<String> call = sent.join();
    CompletableFuture<Cycle> seen = new CompletableFuture<>();

    try (Slot slot = b.begin(call)) {
      slot.run(() -> {
        Call<String> back = new Call<>(graph, a, GET, ThreadMark.of(slot), true);
        seen.complete(graph.tryAdmit(back));
        call.reply().complete("blue");
        assertThat(graph.tryAdmit(back)).as("the second look").isNull();
        graph.finish(back);
        return null;
      });
    }

    assertThat(seen.join()).as("the first look").isNotNull();
    assertThat(first.join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("C9: a slot with two threads in it is stuck only if both are, which nobody knows")
  void shouldNotAccuseASlotWithASecondThread() throws Exception {
    CompletableFuture<Call<String>> sent = new CompletableFuture<>();
    CountDownLatch secondIsIn = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (Slot slot = a.begin(null)) {
      CompletableFuture<String> second = new CompletableFuture<>();
      Thread.startVirtualThread(() ->
          completeWith(
              second,
              () ->
                  slot.run(() -> {
                    secondIsIn.countDown();
                    release.await();
                    return "second";
                  })));
      CompletableFuture<String> first = new CompletableFuture<>();
      secondIsIn.await();
      Thread.startVirtualThread(
          () -> completeWith(first, () -> slot.run(() -> callWith(b, sent::complete))));

      try (Slot other = b.begin(sent.join())) {
        assertThat(other.run(() -> answeredCall(a))).isEqualTo("answered");
      }

      release.countDown();
      sent.join().reply().complete("blue");
      assertThat(first.join()).isEqualTo("blue");
      assertThat(second.join()).isEqualTo("second");
    }
  }

  @Test
  @DisplayName("C19: sharing is what the operation says, and a mistake about it is an error")
  void shouldRefuseToShareAnExclusiveOperation() {
    Callee parallel = graph.parallelCallee("parallel");
    Call<String> exclusive = new Call<>(graph, parallel, GET, null, true);

    assertThatThrownBy(() -> parallel.beginShared(exclusive))
        .hasMessageContaining("operation: get vlan 7 at parallel (expected: a shared one)");
    assertThatThrownBy(() -> a.beginShared(null))
        .hasMessageContaining("a: serves one call at a time");
  }

  private String callWith(Callee callee, Consumer<Call<String>> sender) {
    return gate.call(callee, GET, TestAgent.LONG, sending(sender));
  }

  private String answeredCall(Callee callee) {
    return gate.call(
        callee, GET, TestAgent.LONG, _ -> CompletableFuture.completedFuture("answered"));
  }

  private static Function<Call<String>, CompletionStage<String>> sending(
      Consumer<Call<String>> sender) {
    return call -> {
      sender.accept(call);
      return call.reply();
    };
  }

  /** Runs a handler of this callee on a thread of its own. */
  private static CompletableFuture<String> inSlotOf(Callee callee, Callable<String> handler) {
    CompletableFuture<String> result = new CompletableFuture<>();
    Thread.startVirtualThread(() ->
        completeWith(
            result,
            () -> {
              try (Slot slot = callee.begin(null)) {
                return slot.run(handler);
              }
            }));
    return result;
  }

  private static void completeWith(CompletableFuture<String> result, Callable<String> task) {
    try {
      result.complete(task.call());
    } catch (Throwable failure) {
      result.completeExceptionally(failure);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

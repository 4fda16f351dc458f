package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Waits that are no calls: whoever would have to end them must not wait for who waits. */
class BeginWaitTest {
  private static final Operation WAIT = new Operation("take", "takeAsync()");
  private static final Operation CALL = new Operation("get", "getAsync()");

  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);
  private final Callee waits = gate.callee("waits");
  private final Callee works = gate.callee("works");

  @AfterEach
  void shouldLeaveNothingBehind() {
    assertThat(graph.openCalls()).isEmpty();
  }

  /** Calls from a handler of {@code works}; the call is answered at once if it is let through. */
  private String call() throws Exception {
    try (Slot slot = works.begin(null)) {
      return slot.run(() ->
          gate.call(
              waits,
              CALL,
              Duration.ofSeconds(30),
              call -> CompletableFuture.completedFuture("served")));
    }
  }

  private Runnable waitFor(Slot slot, BooleanSupplier mayEnd) throws Exception {
    return slot.run(() -> gate.beginWait(works, WAIT, mayEnd));
  }

  @Test
  @DisplayName("C21: a call that comes back to a handler which waits, and no other")
  void shouldRefuseWhoCallsTheOneThatWaitsForIt() throws Exception {
    AtomicBoolean onItsWay = new AtomicBoolean();
    try (Slot slot = waits.begin(null)) {
      Runnable end = waitFor(slot, onItsWay::get);

      assertThat(graph.waits())
          .extracting(Wait::waiter, Wait::callee, Wait::operation)
          .containsExactly(tuple("waits", "works", "take"));
      assertThatThrownBy(this::call)
          .isInstanceOfSatisfying(
              DeadlockDetectedException.class,
              refused ->
                  assertThat(refused.cycle())
                      .extracting(Wait::waiter, Wait::callee, Wait::operation)
                      .containsExactly(
                          tuple("works", "waits", "get"), tuple("waits", "works", "take")));

      onItsWay.set(true);
      assertThat(call()).isEqualTo("served");

      onItsWay.set(false);
      end.run();
      assertThat(call()).isEqualTo("served");
    }
    assertThat(call()).isEqualTo("served");
  }

  @Test
  @DisplayName("C21: the wait that would complete the cycle")
  void shouldRefuseWhoWaitsForTheOneThatCalls() throws Exception {
    try (Slot waiting = waits.begin(null);
        Slot working = works.begin(null)) {
      CompletableFuture<Call<String>> sent = new CompletableFuture<>();
      CompletableFuture<String> outcome =
          CompletableFuture.supplyAsync(() -> {
            try {
              return working.run(() ->
                  gate.call(
                      waits,
                      CALL,
                      Duration.ofSeconds(30),
                      (Call<String> call) -> {
                        sent.complete(call);
                        return call.reply();
                      }));
            } catch (Exception failed) {
              throw new IllegalStateException(failed);
            }
          });
      Call<String> call = sent.get();

      assertThatThrownBy(() -> waitFor(waiting, () -> false))
          .isInstanceOfSatisfying(
              DeadlockDetectedException.class,
              refused -> assertThat(refused.level()).isEqualTo(DeadlockLevel.L3));

      waitFor(waiting, () -> true).run();
      call.reply().complete("served");
      assertThat(outcome.get()).isEqualTo("served");
    }
  }

  @Test
  @DisplayName("C21: a thread that serves nobody makes no edge, one that must not wait is refused")
  void shouldKnowWhoWaits() throws Exception {
    assertThat(gate.beginWait(works, WAIT, () -> false)).isNull();
    assertThatThrownBy(() ->
            ThreadMark.runNonBlocking("an actor", () -> gate.beginWait(works, WAIT, () -> false)))
        .isInstanceOfSatisfying(
            DeadlockDetectedException.class,
            refused -> assertThat(refused.level()).isEqualTo(DeadlockLevel.L0));
  }
}

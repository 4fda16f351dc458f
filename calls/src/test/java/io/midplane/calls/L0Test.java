package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import akka.actor.ActorCell;
import akka.dispatch.Mailbox;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("L0: a synchronous call on a thread that serves messages or callbacks")
class L0Test {
  private static final Operation GET = new Operation("get vlan 7", "getAsync()");

  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);
  private final Callee vlan = graph.callee("vlan");

  @Test
  @DisplayName("T2: is refused before anything is sent, and nothing is left pending")
  void shouldRefuseOnAMarkedThread() throws Exception {
    AtomicBoolean sent = new AtomicBoolean();

    DeadlockDetectedException refused = ThreadMark.runNonBlocking("fdb", () -> refusedCall(sent));

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L0);
    assertThat(refused.code()).isEqualTo(ErrorCode.DEADLOCK_DETECTED);
    assertThat(refused.category()).isEqualTo(Category.BUG);
    assertThat(refused.cycle()).isEmpty();
    assertThat(sent).isFalse();
    assertThat(graph.openCalls()).isEmpty();
    assertThat(answeredCall()).isEqualTo("blue");
  }

  @Test
  @DisplayName("T8: the message names the call, the thread, the actor and the alternative")
  void shouldNameEverythingInTheMessage() throws Exception {
    DeadlockDetectedException refused =
        ThreadMark.runNonBlocking("fdb", () -> refusedCall(new AtomicBoolean()));

    assertThat(refused)
        .hasMessageContaining("deadlock L0: get vlan 7")
        .hasMessageContaining(Thread.currentThread().getName())
        .hasMessageContaining("serves fdb")
        .hasMessageContaining("Nothing was sent")
        .hasMessageContaining("getAsync()");
  }

  @Test
  void shouldRefuseBelowAnActorThatNobodyMarked() throws Exception {
    DeadlockDetectedException refused =
        onADispatcher(() -> ActorCell.run(() -> refusedCall(new AtomicBoolean())));

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L0);
    assertThat(refused).hasMessageContaining("serves an actor");
  }

  @Test
  void shouldLetAHandlerThatMayBlockCallBelowAnActor() throws Exception {
    try (Slot slot = graph.callee("fdb").begin(null)) {
      String answer = onADispatcher(() -> ActorCell.run(() -> slot.run(this::answeredCall)));

      assertThat(answer).isEqualTo("blue");
    }
  }

  @Test
  @DisplayName("T10: a thread of an executor is looked at each time, any other only once")
  void shouldLookOnceAtAThreadThatNoExecutorRuns() throws Exception {
    FutureTask<Boolean> seen =
        new FutureTask<>(() -> {
          boolean unknown = ThreadMark.current() == null;
          answeredCall();
          return unknown && ThreadMark.current() == ThreadMark.free();
        });
    Thread.startVirtualThread(seen);

    assertThat(seen.get()).isTrue();
    onADispatcher(() -> {
      assertAgreement(true);
      assertThat(ThreadMark.current()).isNull();
      return ActorCell.run(() -> assertAgreement(false));
    });
  }

  @Test
  @DisplayName("T10: also a thread of an executor of the user's own")
  void shouldKnowTheThreadsOfAHomeMadeExecutor() throws Exception {
    FutureTask<@Nullable ThreadMark> mark =
        new FutureTask<>(() -> {
          answeredCall();
          return ThreadMark.current();
        });
    new HomeMadeExecutor().execute(mark);

    assertThat(mark.get()).isNull();
  }

  @Test
  @DisplayName("T10: a thread that an executor starts for one task only is looked at once")
  void shouldLookOnceAtAThreadOfOneTask() throws Exception {
    try (ExecutorService perTask = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Boolean> becomesFree =
          () -> {
            answeredCall();
            return ThreadMark.current() == ThreadMark.free();
          };
      assertThat(perTask.submit(becomesFree).get()).isTrue();
      FutureTask<Boolean> executed = new FutureTask<>(becomesFree);
      perTask.execute(executed);
      assertThat(executed.get()).isTrue();

      perTask.submit(() -> ActorCell.run(() -> assertAgreement(false))).get();
      Boolean stillUnknown =
          perTask
              .submit(() -> {
                Mailbox.run(this::answeredCall);
                return ThreadMark.current() == null
                    && Mailbox.run(() -> ActorCell.run(() -> assertAgreement(false))) == null;
              })
              .get();
      assertThat(stillUnknown).as("a mailbox may run an actor next").isTrue();
    }
  }

  @Test
  @DisplayName("T10: threads made to be free are not looked at, and their tasks' marks still count")
  void shouldNotLookAtFreeThreads() throws Exception {
    try (ExecutorService free =
        Executors.newSingleThreadExecutor(ThreadMark.freeThreads(Thread::new))) {
      for (int task = 0; task < 2; task++) {
        assertThat(free.submit(ThreadMark::current).get()).isSameAs(ThreadMark.free());
        assertThat(free.submit(this::answeredCall).get()).isEqualTo("blue");
      }
      free.submit(() -> ThreadMark.runNonBlocking("fdb", () -> assertAgreement(false))).get();
    }
  }

  /** Runs a task where actors run: on the thread of an executor. */
  private static <T> T onADispatcher(Callable<T> task) throws Exception {
    try (ExecutorService dispatcher = Executors.newSingleThreadExecutor()) {
      return dispatcher.submit(task).get();
    }
  }

  @Test
  void shouldRefuseInTasksOfAnExecutorThatServesCallbacks() {
    CompletableFuture<Throwable> seen = new CompletableFuture<>();

    ThreadMark.servingCallbacks("observers", Thread::startVirtualThread)
        .execute(() -> seen.complete(refusedCall(new AtomicBoolean())));

    assertThat(seen.join()).hasMessageContaining("serves observers");
  }

  @Test
  @DisplayName("T9: a thread that serves nobody makes no edge, whomever it waits for")
  void shouldNotChaseWhoServesNobody() {
    CompletableFuture<Object> edges = new CompletableFuture<>();

    gate.call(
        vlan,
        GET,
        TestAgent.LONG,
        call -> {
          edges.complete(call.caller() == null && call.firstWaiter() == null);
          return CompletableFuture.completedFuture("blue");
        });

    assertThat(edges.join()).isEqualTo(true);
  }

  @Test
  @DisplayName("T3: the same call works on a thread of the application")
  void shouldAllowTheSameCallElsewhere() throws Exception {
    assertThat(answeredCall()).isEqualTo("blue");
    CompletableFuture<String> other = new CompletableFuture<>();
    Thread.startVirtualThread(() -> other.complete(answeredCall()));
    assertThat(other.join()).isEqualTo("blue");
  }

  @Test
  @DisplayName("T4: mayBlock() is false exactly when checkMayBlock() refuses")
  void shouldAgreeWithMayBlock() throws Exception {
    assertAgreement(true);
    ThreadMark.runNonBlocking("fdb", () -> assertAgreement(false));
    onADispatcher(() -> ActorCell.run(() -> assertAgreement(false)));
    ThreadMark previous = ThreadMark.free().enter();
    try {
      assertAgreement(true);
    } finally {
      ThreadMark.leave(previous);
    }
    try (Slot slot = vlan.begin(null)) {
      slot.run(() -> assertAgreement(true));
      slot.run(() -> ThreadMark.runNonBlocking("observer", () -> assertAgreement(false)));
      ThreadMark.runNonBlocking("fdb", () -> slot.run(() -> assertAgreement(true)));
    }
    assertAgreement(true);
  }

  @Test
  @DisplayName("T5: the asynchronous form is accepted where the synchronous one is refused")
  void shouldAcceptAsyncCallsEverywhere() throws Exception {
    CompletableFuture<String> reply =
        ThreadMark.runNonBlocking(
            "fdb",
            () ->
                gate.<String>callAsync(
                        vlan, GET, TestAgent.LONG, _ -> CompletableFuture.completedFuture("blue"))
                    .toCompletableFuture());

    assertThat(reply.join()).isEqualTo("blue");
  }

  @Test
  void shouldRestoreTheMarkBefore() throws Exception {
    ThreadMark.runNonBlocking(
        "outer",
        () -> {
          ThreadMark.runNonBlocking("inner", () -> null);
          assertThat(refusedCall(new AtomicBoolean())).hasMessageContaining("serves outer");
          ThreadMark previous = ThreadMark.free().enter();
          assertThat(gate.mayBlock()).as("free hides no other mark").isFalse();
          ThreadMark.leave(previous);
          return null;
        });

    assertThat(gate.mayBlock()).isTrue();
  }

  private DeadlockDetectedException refusedCall(AtomicBoolean sent) {
    return catchThrowableOfType(
        DeadlockDetectedException.class,
        () ->
            gate.call(
                vlan,
                GET,
                TestAgent.LONG,
                call -> {
                  sent.set(true);
                  return call.reply();
                }));
  }

  private String answeredCall() {
    return gate.call(vlan, GET, TestAgent.LONG, _ -> CompletableFuture.completedFuture("blue"));
  }

  private Void assertAgreement(boolean expected) {
    assertThat(gate.mayBlock()).isEqualTo(expected);
    assertThat(ThreadMark.mayBlock()).isEqualTo(expected);
    Throwable refused =
        catchThrowableOfType(DeadlockDetectedException.class, () -> gate.checkMayBlock(GET));
    assertThat(refused == null).isEqualTo(expected);
    return null;
  }
}

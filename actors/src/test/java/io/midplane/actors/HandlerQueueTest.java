package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.calls.BlockingGate;
import io.midplane.calls.Call;
import io.midplane.calls.Callee;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HandlerQueueTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  @RegisterExtension final RuntimeUnderTest runtime = RuntimeUnderTest.withDefaults();

  private final Queue<String> begun = new ConcurrentLinkedQueue<>();
  private Table table;

  @BeforeEach
  void open() {
    table = new Table(runtime.midplane(), runtime.midplane().workers(null));
  }

  @Test
  void shouldRunExclusiveWorkAloneAndSharedWorkTogether() throws InterruptedException {
    var twoReads = new CountDownLatch(2);
    var mayEnd = new CountDownLatch(1);
    Supplier<String> read =
        () -> {
          twoReads.countDown();
          awaitQuietly(mayEnd);
          return "read";
        };
    var first = table.readAsync("r1", read);
    var second = table.readAsync("r2", read);
    assertThat(twoReads.await(10, TimeUnit.SECONDS)).isTrue();
    var write = table.writeAsync("w1", () -> "written");
    awaitQueued(3);

    assertThat(begun).containsExactlyInAnyOrder("r1", "r2");
    mayEnd.countDown();

    assertThat(List.of(first.join(), second.join(), write.join()))
        .containsExactly("read", "read", "written");
    assertThat(begun).last().isEqualTo("w1");
  }

  @Test
  void shouldNotLetCallsFromOutsideOvertakeAnExclusiveOne() throws InterruptedException {
    var reading = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    List<CompletableFuture<String>> calls = new ArrayList<>();
    calls.add(
        table.readAsync(
            "r1",
            () -> {
              reading.countDown();
              awaitQuietly(mayEnd);
              return "read";
            }));
    assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();

    calls.add(table.writeAsync("w1", () -> "written"));
    calls.add(table.readAsync("r2", () -> "read"));
    awaitQueued(3);
    assertThat(begun).containsExactly("r1");
    mayEnd.countDown();
    calls.forEach(CompletableFuture::join);

    assertThat(begun).containsExactly("r1", "w1", "r2");
  }

  @Test
  @DisplayName(
      "T6: a read within a read passes a queued write; behind it, both would wait for ever")
  void shouldLetANestedSharedCallOvertakeAnExclusiveOne() {
    var outer =
        table.readAsync(
            "outer",
            () -> {
              var write = table.writeAsync("write", () -> "written");
              awaitQueued(2);
              String inner = table.read("inner", () -> "read");
              assertThat(write).isNotDone();
              return inner;
            });

    assertThat(outer.join()).isEqualTo("read");
    await().until(() -> begun.size() == 3);
    assertThat(begun).containsExactly("outer", "inner", "write");
  }

  @Test
  @DisplayName("T6: also when the handler that reads belongs to another agent in between")
  void shouldLetANestedSharedCallOvertakeThroughAnotherCallee() {
    Service<String, String> between =
        runtime.midplane().service("between", key -> table.read(key, () -> "read " + key));
    var outer =
        table.readAsync(
            "outer",
            () -> {
              var unused = table.writeAsync("write", () -> "written");
              awaitQueued(2);
              return between.call("inner");
            });

    assertThat(outer.join()).isEqualTo("read inner");
    await().until(() -> begun.size() == 3);
  }

  @Test
  @DisplayName("T6: a write within a read of the same agent is refused, the cycle named")
  void shouldRefuseANestedExclusiveCall() {
    assertThatThrownBy(() -> table.read("outer", () -> table.write("inner", () -> "never")))
        .isInstanceOfSatisfying(
            MidplaneException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLOCK_DETECTED))
        .hasMessageContaining("table");
  }

  @Test
  @DisplayName("T4: a handler may block exactly if it was submitted as async")
  void shouldRefuseToBlockExactlyWhereWorkIsNotAsync() {
    BlockingGate gate = runtime.midplane().gate();

    assertThat(table.call(true, true, "async read", gate::mayBlock)).isTrue();
    assertThat(table.call(false, true, "async write", gate::mayBlock)).isTrue();
    assertThat(table.call(true, false, "read", gate::mayBlock)).isFalse();
    assertThat(table.call(false, false, "write", gate::mayBlock)).isFalse();
  }

  @Test
  void shouldEndTheCallOfWorkThatThrowsAndGoOn() {
    assertThatThrownBy(() ->
            table.read(
                "broken",
                () -> {
                  throw new AssertionError("broken on purpose");
                }))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
        .hasMessageContaining("broken on purpose");

    assertThat(table.write("next", () -> "works")).isEqualTo("works");
  }

  @Test
  void shouldDropACallWhoseCallerHasGivenUp() throws InterruptedException {
    var writing = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var write =
        table.writeAsync(
            "w1",
            () -> {
              writing.countDown();
              awaitQuietly(mayEnd);
              return "written";
            });
    assertThat(writing.await(10, TimeUnit.SECONDS)).isTrue();
    var abandoned = table.writeAsync("w2", () -> "never");
    awaitQueued(2);

    abandoned.cancel(false);
    await().until(() -> runtime.midplane().graph().openCalls().size() == 1);
    mayEnd.countDown();
    write.join();

    assertThat(table.write("w3", () -> "written")).isEqualTo("written");
    assertThat(begun).containsExactly("w1", "w3");
  }

  @Test
  void shouldSayThatTheExecutorTakesNoMoreWork() {
    ExecutorService closed = Executors.newSingleThreadExecutor();
    closed.shutdown();
    table = new Table(runtime.midplane(), runtime.midplane().workers(closed), "closed");

    assertThatThrownBy(() -> table.read("r1", () -> "never"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    assertThat(table.call(false, false, "here", () -> "works")).isEqualTo("works");
  }

  private void awaitQueued(int calls) {
    await().until(() -> table.submitted.get() >= calls);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private sealed interface Command {}

  private record Do(
      boolean shared,
      boolean async,
      String name,
      Supplier<?> work,
      Call<?> call,
      ActorRef<Object> to)
      implements Command {}

  private record Finished(HandlerQueue.Done done) implements Command, DeadLetterSuppression {}

  /** An actor that serves reads (shared) and writes (exclusive) through a queue. */
  private final class Table {

    private final AtomicInteger submitted = new AtomicInteger();
    private final ServingActor<Command> actor;

    Table(Midplane midplane, Workers workers) {
      this(midplane, workers, "table");
    }

    Table(Midplane midplane, Workers workers, String name) {
      var started = new CompletableFuture<ServingActor<Command>>();
      midplane.spawn(
          context -> {
            started.complete(
                context.serve("backend", true, workers, callee -> behavior(callee, workers)));
            context.ready();
          },
          name);
      actor = started.join();
    }

    String read(String name, Supplier<String> work) {
      return call(true, true, name, work);
    }

    String write(String name, Supplier<String> work) {
      return call(false, true, name, work);
    }

    CompletableFuture<String> readAsync(String name, Supplier<String> work) {
      return callAsync(true, name, work);
    }

    CompletableFuture<String> writeAsync(String name, Supplier<String> work) {
      return callAsync(false, name, work);
    }

    @SuppressWarnings("unchecked")
    <R> R call(boolean shared, boolean async, String name, Supplier<R> work) {
      Object result =
          actor.<Object>ask(
              operation(shared, name),
              LONG,
              (to, call) -> new Do(shared, async, name, work, call, to));
      return (R) orThrow(result);
    }

    private CompletableFuture<String> callAsync(
        boolean shared, String name, Supplier<String> work) {
      CompletableFuture<Object> reply =
          actor
              .<Object>askAsync(
                  operation(shared, name),
                  LONG,
                  (to, call) -> new Do(shared, true, name, work, call, to))
              .toCompletableFuture();
      CompletableFuture<String> result = reply.thenApply(value -> (String) orThrow(value));
      result.whenComplete((value, failure) -> {
        if (result.isCancelled()) {
          reply.cancel(false);
        }
      });
      return result;
    }

    private static Object orThrow(Object result) {
      if (result instanceof MidplaneException refused) {
        throw refused;
      }
      return result;
    }

    private static Operation operation(boolean shared, String name) {
      return new Operation(name, "callAsync()", shared);
    }

    private Behavior<Command> behavior(Callee callee, Workers workers) {
      return Behaviors.setup(context -> {
        ActorRef<Command> self = context.getSelf();
        var queue = new HandlerQueue(callee, workers, done -> self.tell(new Finished(done)));
        return Behaviors.receiveMessage(command -> {
          switch (command) {
            case Do work -> submit(queue, work);
            case Finished(var done) -> queue.finished(done);
          }
          return Behaviors.same();
        });
      });
    }

    private void submit(HandlerQueue queue, Do work) {
      queue.submit(
          work.shared(),
          work.async(),
          work.call(),
          () -> {
            begun.add(work.name());
            reply(work, result(work));
          },
          rejected ->
              reply(work, new MidplaneException(ErrorCode.CLOSED, "no more work", rejected)));
      submitted.incrementAndGet();
    }

    private static Object result(Do work) {
      try {
        return work.work().get();
      } catch (MidplaneException refused) {
        return refused;
      }
    }

    private static void reply(Do work, Object result) {
      work.call().replied();
      work.to().tell(result);
    }
  }
}

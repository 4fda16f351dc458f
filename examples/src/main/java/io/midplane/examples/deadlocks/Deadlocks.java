package io.midplane.examples.deadlocks;

import io.midplane.actors.Midplane;
import io.midplane.actors.Service;
import io.midplane.actors.ServiceOptions;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.examples.deadlocks.actor.ImpatientActor;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Provokes a deadlock of each level. Nothing hangs: each prints, at once, what the caller gets
 * instead of its answer.
 */
public final class Deadlocks {

  private final Midplane midplane;
  private final Consumer<String> out;

  private Deadlocks(Midplane midplane, Consumer<String> out) {
    this.midplane = midplane;
    this.out = out;
  }

  /** Runs all of them. */
  public static void main(String[] arguments) {
    run(System.out::println);
  }

  /** Runs all of them, a line of output each, in a runtime of their own. */
  public static void run(Consumer<String> out) {
    try (var midplane = Midplane.start()) {
      var deadlocks = new Deadlocks(midplane, out);
      deadlocks.anActorThatWaits();
      deadlocks.aServiceThatCallsItself();
      deadlocks.aCallThatComesBack();
      deadlocks.twoThatCallEachOther();
      deadlocks.aPoolThatWaitsForItself();
    }
  }

  /** L0: an actor's thread serves the actor's mailbox, so it must not wait. */
  private void anActorThatWaits() {
    Service<String, String> clock = midplane.service("clock", question -> "noon");

    print(
        "an actor waits",
        ImpatientActor.tries(midplane, () -> refusalOf(() -> clock.call("what time is it?"))));
  }

  /** L1: a service that handles one request at a time cannot serve itself. */
  private void aServiceThatCallsItself() {
    Colleague self = new Colleague();
    self.is(midplane.service("hermit", question -> self.call("and you?")));

    print("a service calls itself", refusalOf(() -> self.call("how are you?")));
  }

  /** L2: the callee's callee is the caller. */
  private void aCallThatComesBack() {
    Colleague vlan = new Colleague();
    Service<String, String> fdb = midplane.service("fdb", question -> vlan.call("get blue"));
    vlan.is(midplane.service("vlan", question -> fdb.call("flush")));

    print("a call comes back", refusalOf(() -> vlan.call("delete blue")));
  }

  /** L3: two handlers that are running already call each other. */
  private void twoThatCallEachOther() {
    CountDownLatch bothRun = new CountDownLatch(2);
    Colleague east = new Colleague();
    Colleague west = new Colleague();
    east.is(midplane.service("east", question -> meet(bothRun, question, west)));
    west.is(midplane.service("west", question -> meet(bothRun, question, east)));

    CompletableFuture<String> toEast = east.callAsync("go west").toCompletableFuture();
    CompletableFuture<String> toWest = west.callAsync("go east").toCompletableFuture();

    // Exactly one of the two is refused; the other gets its answer once that one has given up.
    String first = refusalOf(toEast::join);
    print("two call each other", first.equals("arrived") ? refusalOf(toWest::join) : first);
  }

  private static String meet(CountDownLatch bothRun, String question, Colleague other)
      throws InterruptedException {
    if (question.equals("welcome?")) {
      return "arrived";
    }
    bothRun.countDown();
    bothRun.await();
    return other.call("welcome?");
  }

  /** L5: the only worker of a pool waits for work that needs a worker of the same pool. */
  private void aPoolThatWaitsForItself() {
    try (ExecutorService oneThread = Executors.newFixedThreadPool(1)) {
      ServiceOptions options = ServiceOptions.defaults().executor(oneThread);
      Service<String, String> lower = midplane.service("lower", question -> "done", options);
      Service<String, String> upper =
          midplane.service("upper", question -> lower.call("your part"), options);

      print("a pool waits for itself", refusalOf(() -> upper.call("all of it")));
    }
  }

  private void print(String what, String seen) {
    out.accept(what + ": " + seen);
  }

  /** What a call's caller sees: the refusal's message, or the answer. */
  private static String refusalOf(Callable<String> call) {
    try {
      return call.call();
    } catch (DeadlockDetectedException refusal) {
      return String.valueOf(refusal.getMessage());
    } catch (CompletionException asynchronous) {
      return String.valueOf(asynchronous.getMessage());
    } catch (Exception other) {
      return other.toString();
    }
  }

  /** A service that others know before it exists. */
  private static final class Colleague {
    private volatile @Nullable Service<String, String> service;

    void is(Service<String, String> started) {
      service = started;
    }

    String call(String question) {
      return Objects.requireNonNull(service).call(question);
    }

    CompletionStage<String> callAsync(String question) {
      return Objects.requireNonNull(service).callAsync(question);
    }
  }
}

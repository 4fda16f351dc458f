package io.midplane.benchmarks.akka;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Two actors of Akka alone that ask each other and wait, as one must not. */
public final class AskCycle implements AutoCloseable {
  private static final String TIMED_OUT = "timed out";

  /** The third in a row closes the cycle, and is never answered. */
  private record Ping(int hops, ActorRef<Ping> other, ActorRef<String> replyTo) {}

  private final akka.actor.ActorSystem untyped;
  private final ActorSystem<?> system;
  private final Duration timeout;
  private final ActorRef<Ping> a;
  private final ActorRef<Ping> b;

  private AskCycle(akka.actor.ActorSystem untyped, Duration timeout) {
    this.untyped = untyped;
    this.system = Adapter.toTyped(untyped);
    this.timeout = timeout;
    this.a = Adapter.spawn(untyped, asking(system, timeout), "a");
    this.b = Adapter.spawn(untyped, asking(system, timeout), "b");
  }

  /**
   * Starts both.
   *
   * @param timeout of each ask
   */
  public static AskCycle create(Duration timeout) {
    // Late replies become dead letters: that is how it is, and need not be logged.
    Config quiet =
        ConfigFactory.parseString("akka { log-dead-letters = off, loglevel = WARNING }")
            .withFallback(ConfigFactory.load());
    return new AskCycle(akka.actor.ActorSystem.create("peer", quiet), timeout);
  }

  /** Asks the first, which asks the second, which asks the first; waits until that has failed. */
  public void run() throws Exception {
    String answer =
        RawAsk.<Ping, String>ask(
            system, a, replyTo -> new Ping(0, b, replyTo), timeout.multipliedBy(3));
    if (!answer.equals(TIMED_OUT)) {
      throw new IllegalStateException("answer: " + answer + " (expected: " + TIMED_OUT + ")");
    }
  }

  private static Behavior<Ping> asking(ActorSystem<?> system, Duration timeout) {
    return Behaviors.receive((context, ping) -> {
      if (ping.hops() < 2) {
        String answer = ask(system, ping.other(), ping.hops() + 1, context.getSelf(), timeout);
        ping.replyTo().tell(answer);
      }
      return Behaviors.same();
    });
  }

  private static String ask(
      ActorSystem<?> system, ActorRef<Ping> other, int hops, ActorRef<Ping> self, Duration timeout)
      throws Exception {
    try {
      return RawAsk.<Ping, String>ask(
          system, other, replyTo -> new Ping(hops, self, replyTo), timeout);
    } catch (TimeoutException | ExecutionException late) {
      return TIMED_OUT;
    }
  }

  /** Stops them. Blocks: yes. */
  @Override
  public void close() {
    untyped.terminate();
    var unused = untyped.getWhenTerminated().toCompletableFuture().join();
  }
}

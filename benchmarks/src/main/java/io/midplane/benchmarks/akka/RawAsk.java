package io.midplane.benchmarks.akka;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What one writes with Akka alone: the ask pattern, and a wait for its stage. */
final class RawAsk {
  private RawAsk() {}

  /** Asks and waits. Blocks: yes. */
  static <M, R> R ask(
      ActorSystem<?> system, ActorRef<M> actor, Function<ActorRef<R>, M> message, Duration timeout)
      throws Exception {
    return AskPattern.<M, R>ask(actor, message::apply, timeout, system.scheduler())
        .toCompletableFuture()
        .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}

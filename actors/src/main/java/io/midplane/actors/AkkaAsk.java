package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Akka's ask, told apart from its own deadline. */
final class AkkaAsk {

  /** Akka's deadline only cleans up behind the gate's, which comes first and says more. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private AkkaAsk() {}

  /** Sends a question; the stage is the very one that the reply completes. */
  static <M, R> CompletionStage<R> ask(
      ActorSystem<?> system,
      ActorRef<M> actor,
      Duration timeout,
      Function<ActorRef<R>, M> message) {
    CompletableFuture<R> reply =
        AskPattern.<M, R>ask(actor, message::apply, timeout.plus(GRACE), system.scheduler())
            .toCompletableFuture();
    // Failed before anybody could answer: Akka says so of an actor that is dead already.
    return reply.isCompletedExceptionally()
        ? CompletableFuture.failedFuture(
            new MidplaneException(
                ErrorCode.CALLEE_DIED,
                "actor " + actor.path().name() + ": it is not running; nothing was delivered",
                reply.exceptionNow()))
        : reply;
  }
}

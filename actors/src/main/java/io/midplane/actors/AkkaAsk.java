package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.scaladsl.AskPattern;
import akka.util.Timeout;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.util.Failure;
import scala.util.Success;
import scala.util.Try;

/** Akka's ask, told apart from its own deadline. */
final class AkkaAsk {

  /** Akka's deadline only cleans up behind the gate's, which comes first and says more. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /**
   * Akka's timers reach 248 days; whoever waits for longer than this waits for an actor no more.
   */
  static final Duration LONGEST = Duration.ofDays(240);

  private AkkaAsk() {}

  /**
   * Sends a question; the future is completed on the thread that answers. Not by way of Akka's own
   * Java face: every stage derived from what that returns is completed by the common pool, one more
   * thread to wake for each question. A deadline beyond {@link #LONGEST} counts as that.
   */
  static <M, R> CompletableFuture<R> ask(
      ActorSystem<?> system,
      ActorRef<M> actor,
      Duration timeout,
      Function<ActorRef<R>, M> message) {
    Duration deadline = timeout.compareTo(LONGEST) < 0 ? timeout.plus(GRACE) : LONGEST;
    Future<R> asked =
        new AskPattern.Askable<>(actor)
            .ask(message::apply, Timeout.create(deadline), system.scheduler());
    CompletableFuture<R> reply = new CompletableFuture<>();
    if (asked.isCompleted() && asked.value().get() instanceof Failure<R> dead) {
      // Failed before anybody could answer: Akka says so of an actor that is dead already.
      reply.completeExceptionally(
          new MidplaneException(
              ErrorCode.CALLEE_DIED,
              "actor " + actor.path().name() + ": it is not running; nothing was delivered",
              dead.exception()));
      return reply;
    }
    asked.onComplete(outcome -> complete(reply, outcome), ExecutionContext.parasitic$.MODULE$);
    return reply;
  }

  private static <R> boolean complete(CompletableFuture<R> reply, Try<R> outcome) {
    return switch (outcome) {
      case Success<R> answered -> reply.complete(answered.value());
      case Failure<R> failed when failed.exception() instanceof TimeoutException late ->
          reply.completeExceptionally(
              new MidplaneException(
                  ErrorCode.TIMED_OUT,
                  "ask: no answer within "
                      + LONGEST.toDays()
                      + " days, the longest that an actor is waited for",
                  late));
      case Failure<R> failed -> reply.completeExceptionally(failed.exception());
      default -> throw new IllegalStateException("neither success nor failure: " + outcome);
    };
  }
}

package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import io.midplane.actors.RuntimeInterceptor.Asked;
import io.midplane.calls.BlockingGate;
import io.midplane.calls.Call;
import io.midplane.calls.Operation;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The ask pattern through the gate: the one way in which a reply is waited for. */
final class Asks {

  private final BlockingGate gate;
  private final Callees callees;
  private final ActorSystem<?> system;

  Asks(BlockingGate gate, Callees callees, ActorSystem<?> system) {
    this.gate = gate;
    this.callees = callees;
    this.system = system;
  }

  <M, R> R ask(ActorRef<M> actor, Function<ActorRef<R>, M> message, Duration timeout) {
    WatchedActor watched = callees.of(actor);
    Question text = new Question();
    return gate.<R>call(
        watched.callee(),
        new Operation(text, "askAsync()"),
        timeout,
        call -> send(actor, watched, message, text, call, timeout));
  }

  <M, R> CompletionStage<R> askAsync(
      ActorRef<M> actor, Function<ActorRef<R>, M> message, Duration timeout) {
    WatchedActor watched = callees.of(actor);
    Question text = new Question();
    return gate.<R>callAsync(
        watched.callee(),
        new Operation(text, "askAsync()"),
        timeout,
        call -> send(actor, watched, message, text, call, timeout));
  }

  private <M, R> CompletionStage<R> send(
      ActorRef<M> actor,
      WatchedActor watched,
      Function<ActorRef<R>, M> message,
      Question text,
      Call<R> call,
      Duration timeout) {
    return AkkaAsk.<Object, R>ask(
        system,
        actor.unsafeUpcast(),
        timeout,
        replyTo -> {
          M question = message.apply(replyTo);
          text.message = question;
          return watched.isOwn() ? new Asked(question, call) : question;
        });
  }

  /** What is asked, put into words only when somebody reads it. */
  private static final class Question {
    private volatile @Nullable Object message;

    @Override
    public String toString() {
      Object asked = message;
      return asked == null ? "ask" : "ask " + asked;
    }
  }
}

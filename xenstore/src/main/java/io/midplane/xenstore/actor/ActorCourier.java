package io.midplane.xenstore.actor;

import akka.actor.typed.ActorRef;
import io.midplane.actors.Midplane;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.Answer;
import io.midplane.xenstore.Courier;
import io.midplane.xenstore.Request;
import io.midplane.xenstore.actor.XenStoreProtocol.*;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Carries requests as messages to the connection's actor: a call is an ask through the gate. */
final class ActorCourier implements Courier {
  /** The connection itself keeps the time; the ask only has to outlast it. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Midplane midplane;
  private final ActorRef<Command> connection;
  private final Courier core;

  ActorCourier(Midplane midplane, ActorRef<Command> connection, Courier core) {
    this.midplane = midplane;
    this.connection = connection;
    this.core = core;
  }

  @Override
  public byte[] call(Request request, Duration timeout) {
    return payload(
        midplane.<Command, Reply>ask(
            connection, replyTo -> new Exchange(request, timeout, replyTo), timeout.plus(GRACE)));
  }

  @Override
  public CompletionStage<byte[]> callAsync(Request request, Duration timeout) {
    return midplane
        .<Command, Reply>askAsync(
            connection, replyTo -> new Exchange(request, timeout, replyTo), timeout.plus(GRACE))
        .thenApply(ActorCourier::payload);
  }

  @Override
  public List<Answer> callAll(List<Request> requests, Duration timeout) {
    List<CompletionStage<byte[]>> stages =
        requests.stream().map(request -> callAsync(request, timeout)).toList();
    List<Answer> answers = new ArrayList<>(stages.size());
    for (CompletionStage<byte[]> stage : stages) {
      answers.add(answer(stage));
    }
    return answers;
  }

  private static Answer answer(CompletionStage<byte[]> stage) {
    try {
      return new Answer.Done(stage.toCompletableFuture().join());
    } catch (CompletionException e) {
      return new Answer.Failed(ConnectionActor.reason(e));
    }
  }

  private static byte[] payload(Reply reply) {
    return switch (reply) {
      case Value(var bytes) -> bytes;
      case Refused(var reason) -> throw reason;
      case Names n -> throw unexpected(n);
      case Permissions p -> throw unexpected(p);
      case Done d -> throw unexpected(d);
      case Begun b -> throw unexpected(b);
      case Conflicted c -> throw unexpected(c);
      case Watching w -> throw unexpected(w);
    };
  }

  private static MidplaneException unexpected(Reply reply) {
    return new MidplaneException(
        ErrorCode.INTERNAL, "reply: " + reply + " (expected: Value or Refused)");
  }

  @Override
  public int epoch() {
    return core.epoch();
  }
}

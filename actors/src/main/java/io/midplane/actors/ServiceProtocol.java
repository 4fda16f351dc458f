package io.midplane.actors;

import akka.actor.typed.ActorRef;
import io.midplane.calls.MidplaneException;

/**
 * What a {@link Service}'s actor understands, for those who prefer {@code tell}, and for services
 * of other actor systems: {@link Request} and the replies cross to them, if question and answer do.
 */
public interface ServiceProtocol {

  /** What it can be told. */
  sealed interface Command<Q, R> permits Request, ServiceActor.Internal {}

  /** Handle this; the reply comes when the handler has returned or thrown. */
  record Request<Q, R>(Q question, ActorRef<Reply<R>> replyTo)
      implements Command<Q, R>, WireMessage {}

  /** What comes back. */
  sealed interface Reply<R> {}

  /** The handler's result. */
  record Answered<R>(R answer) implements Reply<R>, WireMessage {}

  /** The handler threw. The cause of the reason stays behind when this crosses. */
  record Refused<R>(MidplaneException reason) implements Reply<R>, WireMessage {}
}

package io.midplane.xenstore.actor;

import akka.actor.typed.ActorRef;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.WatchEvent;
import java.util.List;

/**
 * What the actor of a watch says to its subscriber, and what that may answer.
 *
 * <p>Events come in batches, and the next batch only after {@link Next}: a subscriber never has
 * more than one in its mailbox. What comes meanwhile waits in a bounded queue: an event identical
 * to one that waits is left out, and when the bound is reached one event of kind MISSED takes the
 * place of all.
 */
public interface WatchProtocol {

  /** What the watch can be told. */
  sealed interface Command permits Next, Unwatch, WatchActor.Internal {}

  /** The batch is dealt with. */
  record Next() implements Command {}

  /** Ends the watch; after {@link Unwatched} no event comes. */
  record Unwatch(ActorRef<Unwatched> replyTo) implements Command {}

  /** The watch is no more. */
  record Unwatched() {}

  /** What the subscriber is told. */
  sealed interface Notice {}

  /** Events, in the order they came; say {@link Next} when they are dealt with. */
  record Events(List<WatchEvent> events, ActorRef<Command> watch) implements Notice {}

  /** The connection is gone and the watch with it. */
  record Ended(MidplaneException reason) implements Notice {}
}

package io.midplane.testkit;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;

/** An actor for the fixtures: says what it is told, keeps silent, or stops. */
final class EchoActor {

  sealed interface Command {}

  record Say(String text, ActorRef<String> replyTo) implements Command {}

  record Swallow(ActorRef<String> replyTo) implements Command {}

  record Refuse(String text) implements Command {}

  record Stop() implements Command {}

  private EchoActor() {}

  static Behavior<Command> create() {
    return Behaviors.receiveMessage(message ->
        switch (message) {
          case Say(var text, var replyTo) -> {
            replyTo.tell(text);
            yield Behaviors.same();
          }
          case Swallow _ -> Behaviors.same();
          case Refuse _ -> Behaviors.unhandled();
          case Stop() -> Behaviors.stopped();
        });
  }
}

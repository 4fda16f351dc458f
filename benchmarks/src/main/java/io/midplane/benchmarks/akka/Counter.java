package io.midplane.benchmarks.akka;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;

/** An actor with as little to do as can be, so that what is measured is the way to it and back. */
final class Counter {

  sealed interface Command {}

  /** Counts one more. */
  record Count() implements Command {}

  /** Asks how many there were. */
  record Read(ActorRef<Long> replyTo) implements Command {}

  private long count;

  private Counter() {}

  static Behavior<Command> create() {
    return Behaviors.setup(context -> Behaviors.receiveMessage(new Counter()::onCommand));
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Count() -> count++;
      case Read(var replyTo) -> replyTo.tell(count);
    }
    return Behaviors.same();
  }
}

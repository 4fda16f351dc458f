package io.midplane.examples.deadlocks.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import java.util.function.Supplier;

/** Does on its own thread what an actor must not: it makes a call and waits for the answer. */
public final class ImpatientActor {

  private ImpatientActor() {}

  /**
   * Lets a new actor make the call and answers what the actor got. Blocks until then.
   *
   * @param call makes a call and answers what became of it; runs on the actor's thread
   */
  public static String tries(Midplane midplane, Supplier<String> call) {
    ActorRef<ActorRef<String>> actor = midplane.spawnActor(create(call), "impatient");
    return midplane.<ActorRef<String>, String>ask(actor, replyTo -> replyTo);
  }

  private static Behavior<ActorRef<String>> create(Supplier<String> call) {
    return Behaviors.receiveMessage(replyTo -> {
      replyTo.tell(call.get());
      return Behaviors.same();
    });
  }
}

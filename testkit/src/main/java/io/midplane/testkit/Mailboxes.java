package io.midplane.testkit;

import akka.actor.ActorRef;
import akka.actor.ActorRefWithCell;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Identify;
import akka.actor.InternalActorRef;
import akka.pattern.Patterns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import scala.jdk.javaapi.CollectionConverters;

/** The mailboxes of a runtime's actors. */
final class Mailboxes {

  /** What one message causes is sent to the next actor, and the next; longer chains are rare. */
  private static final int HOPS = 3;

  private Mailboxes() {}

  /**
   * Waits until every actor has worked off what its mailbox held, and what that caused a few actors
   * further; gives up after {@code atMost} if an actor is busy. Akka answers the question who an
   * actor is in its turn, whatever its behaviour.
   */
  static void workOff(ActorSystem system, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    for (int hop = 0; hop < HOPS; hop++) {
      Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      List<CompletableFuture<Object>> answers = new ArrayList<>();
      for (ActorRef actor : children(((ExtendedActorSystem) system).guardian())) {
        // Asked when it is over, it would answer nobody: a dead letter of ours.
        if (!((InternalActorRef) actor).isTerminated()) {
          answers.add(Patterns.ask(actor, new Identify(hop), left).toCompletableFuture());
        }
      }
      var unused =
          CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
              .completeOnTimeout(null, left.toNanos(), TimeUnit.NANOSECONDS)
              .exceptionally(busy -> null)
              .join();
    }
  }

  private static List<ActorRef> children(ActorRef parent) {
    List<ActorRef> all = new ArrayList<>();
    if (parent instanceof ActorRefWithCell cell) {
      for (ActorRef child :
          CollectionConverters.asJava(cell.underlying().childrenRefs().children())) {
        all.add(child);
        all.addAll(children(child));
      }
    }
    return all;
  }
}

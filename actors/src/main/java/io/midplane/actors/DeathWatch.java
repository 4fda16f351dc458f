package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs actions when actors die: one watcher for the whole runtime. Its actions must not block. */
final class DeathWatch {

  private record Watch(ActorRef<?> actor, Runnable action) {}

  private final Map<ActorRef<?>, List<Runnable>> actions = new HashMap<>();

  private DeathWatch() {}

  /** Starts the watcher; the answer registers an action for an actor, of this system or another. */
  static Registry start(akka.actor.ActorSystem system) {
    ActorRef<Watch> watcher = Adapter.spawn(system, watching(), "midplane-death-watch");
    return (actor, action) -> watcher.tell(new Watch(actor, action));
  }

  /** Where to register what is to run at an actor's death; at once if it is dead already. */
  @FunctionalInterface
  interface Registry {
    void whenDead(ActorRef<?> actor, Runnable action);
  }

  private static Behavior<Watch> watching() {
    return Behaviors.setup(context -> {
      DeathWatch watch = new DeathWatch();
      return Behaviors.receive(Watch.class)
          .onMessage(Watch.class, message -> watch.onWatch(context, message))
          .onSignal(Terminated.class, watch::onTerminated)
          .build();
    });
  }

  private Behavior<Watch> onWatch(ActorContext<Watch> context, Watch watch) {
    actions
        .computeIfAbsent(
            watch.actor(),
            actor -> {
              context.watch(actor);
              return new ArrayList<>();
            })
        .add(watch.action());
    return Behaviors.same();
  }

  private Behavior<Watch> onTerminated(Terminated terminated) {
    List<Runnable> due = actions.remove(terminated.getRef());
    if (due != null) {
      due.forEach(Runnable::run);
    }
    return Behaviors.same();
  }
}

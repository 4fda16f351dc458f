package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Signal;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs actions when actors die: one watcher for the whole runtime. Its actions must not block. */
final class DeathWatch {

  /** One interest in an actor's death; distinct from every other one in the same actor. */
  static final class Watch {
    private final ActorRef<?> actor;

    Watch(ActorRef<?> actor) {
      this.actor = actor;
    }
  }

  private sealed interface Command {}

  private record Add(Watch watch, Runnable action) implements Command {}

  private record Forget(Watch watch) implements Command {}

  private final ActorContext<Command> context;
  private final Map<ActorRef<?>, Map<Watch, Runnable>> actions = new HashMap<>();

  private DeathWatch(ActorContext<Command> context) {
    this.context = context;
  }

  /** The sender's side. Thread-safe. */
  static final class Registry {
    private final ActorRef<Command> watcher;

    private Registry(ActorRef<Command> watcher) {
      this.watcher = watcher;
    }

    /** Runs the action when the actor, of this system or another, dies; soon if it has already. */
    void whenDead(ActorRef<?> actor, Runnable action) {
      whenDead(new Watch(actor), action);
    }

    /** The same, for an interest that may end before the actor does. */
    void whenDead(Watch watch, Runnable action) {
      watcher.tell(new Add(watch, action));
    }

    /** Ends the interest. */
    void forget(Watch watch) {
      watcher.tell(new Forget(watch));
    }
  }

  /** Starts the watcher. */
  static Registry start(akka.actor.ActorSystem system) {
    return new Registry(Adapter.spawn(system, create(), "midplane-death-watch"));
  }

  private static Behavior<Command> create() {
    return Behaviors.setup(context -> {
      DeathWatch watch = new DeathWatch(context);
      return Behaviors.receive(
          (same, command) -> watch.onCommand(command), (same, signal) -> watch.onSignal(signal));
    });
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Add(var watch, var action) -> onAdd(watch, action);
      case Forget(var watch) -> onForget(watch);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof Terminated terminated) {
      Map<Watch, Runnable> due = actions.remove(terminated.getRef());
      if (due != null) {
        due.values().forEach(Runnable::run);
      }
    }
    return Behaviors.same();
  }

  private void onAdd(Watch watch, Runnable action) {
    actions
        .computeIfAbsent(
            watch.actor,
            actor -> {
              context.watch(actor);
              return new LinkedHashMap<>();
            })
        .put(watch, action);
  }

  private void onForget(Watch watch) {
    Map<Watch, Runnable> others = actions.get(watch.actor);
    if (others != null && others.remove(watch) != null && others.isEmpty()) {
      actions.remove(watch.actor);
      context.unwatch(watch.actor);
    }
  }
}

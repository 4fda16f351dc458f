package io.midplane.actors;

import akka.actor.typed.ActorRef;
import io.midplane.calls.CallGraph;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Every actor somebody waits for: when one dies, all calls open at it end at once. */
final class Callees {

  private final ConcurrentMap<ActorRef<?>, WatchedActor> watched = new ConcurrentHashMap<>();
  private final CallGraph graph;
  private final DeathWatch.Registry deathWatch;

  Callees(CallGraph graph, DeathWatch.Registry deathWatch) {
    this.graph = graph;
    this.deathWatch = deathWatch;
  }

  /** Takes charge of an actor that the runtime has just started; a second time has no effect. */
  void adopt(ActorRef<?> ref, WatchedActor actor) {
    if (watched.putIfAbsent(ref, actor) == null) {
      watch(ref);
    }
  }

  /** The actor behind any reference; one that the runtime did not start is watched from now on. */
  WatchedActor of(ActorRef<?> ref) {
    WatchedActor actor = watched.get(ref);
    return actor != null ? actor : watched.computeIfAbsent(ref, this::foreign);
  }

  /** The runtime has ended and its watcher with it: calls that are still open end now. */
  void allDied() {
    watched.values().forEach(WatchedActor::died);
  }

  private WatchedActor foreign(ActorRef<?> ref) {
    watch(ref);
    return WatchedActor.foreign(graph.callee(ref.path().toStringWithoutAddress()));
  }

  private void watch(ActorRef<?> ref) {
    deathWatch.whenDead(
        ref,
        () -> {
          WatchedActor dead = watched.remove(ref);
          if (dead != null) {
            dead.died();
          }
        });
  }
}

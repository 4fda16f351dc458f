package io.midplane.calls;

import java.util.Set;

/**
 * Recognises a thread that is running an actor nobody marked: one of a library, of a stream, of
 * somebody else's system. Looks for the engine's class on the stack, by name, so that this module
 * needs no engine.
 */
final class ActorStack {
  private static final String ACTOR_CELL = "akka.actor.ActorCell";
  private static final StackWalker WALKER =
      StackWalker.getInstance(Set.of(StackWalker.Option.DROP_METHOD_INFO));

  private ActorStack() {}

  static boolean isBelowMe() {
    return WALKER.walk(frames -> frames.anyMatch(f -> f.getClassName().equals(ACTOR_CELL)));
  }
}

package io.midplane.calls;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Recognises a thread that is running an actor nobody marked: one of a library, of a stream, of
 * somebody else's system. Looks for the engine's class on the stack, by name, so that this module
 * needs no engine.
 *
 * <p>Looking costs a microsecond, as much as a tenth of a whole call. A thread that runs tasks of
 * an executor is looked at each time: an actor may be the next task. Any other thread runs one
 * program from its start to its end, no actor comes to it, and one look is enough for its life.
 */
final class ActorStack {
  private static final String ACTOR_CELL = "akka.actor.ActorCell";

  /** Frames to ask the JVM for at once; most threads that call have fewer. */
  private static final int FRAMES = 32;

  private static final StackWalker WALKER =
      StackWalker.getInstance(
          Set.of(Option.RETAIN_CLASS_REFERENCE, Option.DROP_METHOD_INFO), FRAMES);

  private ActorStack() {}

  /** What a look at the calling thread's stack shows. */
  enum Sight {
    /** It runs an actor. */
    ACTOR,
    /** It runs a task of an executor. */
    TASK,
    /** It runs a program of its own. */
    PROGRAM
  }

  static Sight look() {
    Look look = new Look();
    WALKER.forEach(look);
    return look.sight;
  }

  private static final class Look implements Consumer<StackFrame> {
    private Sight sight = Sight.PROGRAM;

    @Override
    public void accept(StackFrame frame) {
      Class<?> type = frame.getDeclaringClass();
      if (type.getName().equals(ACTOR_CELL)) {
        sight = Sight.ACTOR;
      } else if (sight == Sight.PROGRAM && isOfAnExecutor(type)) {
        sight = Sight.TASK;
      }
    }

    private static boolean isOfAnExecutor(Class<?> type) {
      return Executor.class.isAssignableFrom(type)
          || (type.getName().indexOf('$') > 0
              && Executor.class.isAssignableFrom(type.getNestHost()));
    }
  }
}

package io.midplane.calls;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Recognises a thread that is running an actor nobody marked: one of a library, of a stream, of
 * somebody else's system. Looks for the engine's class on the stack, by name, so that this module
 * needs no engine.
 *
 * <p>Looking costs a microsecond, as much as a tenth of a whole call. A thread that runs tasks of
 * an executor is looked at each time: an actor may be the next task, and nothing that a thread can
 * see of itself tells one task from the next. Any other thread runs one program from its start to
 * its end, no actor comes to it, and one look is enough for its life; so does a thread that an
 * executor started for one task only.
 */
final class ActorStack {
  private static final String ACTOR_CELL = "akka.actor.ActorCell";

  /** The engine's mailbox and dispatchers: what runs below them may be an actor the next moment. */
  private static final String DISPATCHING = "akka.dispatch.";

  /** Starts a thread for each task. */
  private static final String THREAD_PER_TASK = "java.util.concurrent.ThreadPerTaskExecutor";

  /** Frames to ask the JVM for at once; most threads that call have fewer. */
  private static final int FRAMES = 32;

  private static final StackWalker WALKER = StackWalker.getInstance(options(), FRAMES);

  private static final ClassValue<Sight> MEANING =
      new ClassValue<>() {
        @Override
        protected Sight computeValue(Class<?> type) {
          return meaning(type);
        }
      };

  private ActorStack() {}

  /** What a look at the calling thread's stack shows; the later one decides. */
  enum Sight {
    /** It runs a program of its own. */
    PROGRAM,
    /** It runs a task of an executor. */
    TASK,
    /** It runs an actor. */
    ACTOR
  }

  /** By name, since this module is compiled for Java 21, which has no DROP_METHOD_INFO yet. */
  private static Set<Option> options() {
    return Arrays.stream(Option.values())
        .filter(option -> option.name().matches("RETAIN_CLASS_REFERENCE|DROP_METHOD_INFO"))
        .collect(Collectors.toUnmodifiableSet());
  }

  static Sight look() {
    Look look = new Look();
    WALKER.forEach(look);
    return look.sight;
  }

  private static Sight meaning(Class<?> type) {
    String name = type.getName();
    if (name.equals(ACTOR_CELL)) {
      return Sight.ACTOR;
    }
    if (name.startsWith(THREAD_PER_TASK)) {
      return Sight.PROGRAM;
    }
    return name.startsWith(DISPATCHING) || isOfAnExecutor(type) ? Sight.TASK : Sight.PROGRAM;
  }

  private static boolean isOfAnExecutor(Class<?> type) {
    return Executor.class.isAssignableFrom(type)
        || Executor.class.isAssignableFrom(type.getNestHost());
  }

  private static final class Look implements Consumer<StackFrame> {
    private Sight sight = Sight.PROGRAM;

    @Override
    public void accept(StackFrame frame) {
      Sight seen = MEANING.get(frame.getDeclaringClass());
      if (seen.compareTo(sight) > 0) {
        sight = seen;
      }
    }
  }
}

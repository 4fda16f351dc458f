package io.midplane.calls;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a thread is doing right now, as far as waiting is concerned. Immutable; make one per actor
 * and enter it for each message.
 *
 * <p>Three marks exist: a thread that serves messages or callbacks and must not wait ({@link
 * #nonBlocking}), one that runs a handler which may ({@link Slot#run}), and one that the runtime
 * owns and knows to serve nobody ({@link #free}), which spares the gate a look at its stack. Marks
 * nest: whoever enters one restores the one before. A thread that no executor runs, such as the
 * main thread, becomes free by itself once it was seen to run no actor; the threads of an executor
 * of your own are if they come from {@link #freeThreads}.
 *
 * <pre>{@code
 * ThreadMark previous = mark.enter();
 * try {
 *   ... // one message
 * } finally {
 *   ThreadMark.leave(previous);
 * }
 * }</pre>
 *
 * <p>Entering and leaving cost a few nanoseconds and never block.
 */
public final class ThreadMark {
  private static final ThreadLocal<@Nullable ThreadMark> CURRENT = new ThreadLocal<>();
  private static final ThreadMark FREE = new ThreadMark(null, null);

  /** A free thread of ours that completes a stage and runs no code of a user at this moment. */
  static final ThreadMark COMPLETING = new ThreadMark(null, null);

  private final @Nullable String owner;
  private final @Nullable Slot slot;

  private ThreadMark(@Nullable String owner, @Nullable Slot slot) {
    this.owner = owner;
    this.slot = slot;
  }

  /** The mark of a thread that serves messages or callbacks of {@code owner} and must not wait. */
  public static ThreadMark nonBlocking(String owner) {
    return new ThreadMark(owner, null);
  }

  /**
   * The mark of a thread that serves nobody and may wait; the gate then need not look at its stack.
   * Entering it inside another mark changes nothing.
   */
  public static ThreadMark free() {
    return FREE;
  }

  /**
   * Threads that serve nobody from their start to their end, for executors whose tasks are no
   * actors: their tasks are then spared the look at the stack, a microsecond for each call. Never
   * give such threads to an actor system: an actor that the runtime did not start could block on
   * them unnoticed.
   */
  public static ThreadFactory freeThreads(ThreadFactory threads) {
    return task ->
        threads.newThread(() -> {
          FREE.enter();
          task.run();
        });
  }

  static ThreadMark of(Slot slot) {
    return new ThreadMark(null, slot);
  }

  /** Sets this mark on the calling thread; give the result to {@link #leave}. */
  public @Nullable ThreadMark enter() {
    ThreadMark previous = CURRENT.get();
    if (this != FREE || previous == null || previous == COMPLETING) {
      CURRENT.set(this);
    }
    return previous;
  }

  /** Marks the calling thread as one that must not wait; give the result to {@link #leave}. */
  public static @Nullable ThreadMark enter(String owner) {
    return nonBlocking(owner).enter();
  }

  /** Restores what {@code enter} returned. */
  public static void leave(@Nullable ThreadMark previous) {
    CURRENT.set(previous);
  }

  /** Runs a task of {@code owner} on the calling thread, which must not wait meanwhile. */
  public static <T extends @Nullable Object> T runNonBlocking(String owner, Callable<T> task)
      throws Exception {
    ThreadMark previous = enter(owner);
    try {
      return task.call();
    } finally {
      leave(previous);
    }
  }

  /**
   * An executor that serves callbacks: synchronous calls from its tasks are refused at {@link
   * DeadlockLevel#L0}.
   */
  public static Executor servingCallbacks(String owner, Executor executor) {
    ThreadMark mark = nonBlocking(owner);
    return task ->
        executor.execute(() -> {
          ThreadMark previous = mark.enter();
          try {
            task.run();
          } finally {
            leave(previous);
          }
        });
  }

  /** Whether a synchronous call on the calling thread would get past {@link DeadlockLevel#L0}. */
  public static boolean mayBlock() {
    ThreadMark mark = CURRENT.get();
    return mark == null ? !isBelowAnActor() : mark.owner == null;
  }

  /** For a thread without a mark: whether it runs an actor that nobody marked. */
  static boolean isBelowAnActor() {
    return switch (ActorStack.look()) {
      case ACTOR -> true;
      case TASK -> false;
      case PROGRAM -> {
        CURRENT.set(FREE);
        yield false;
      }
    };
  }

  static @Nullable ThreadMark current() {
    return CURRENT.get();
  }

  /** Whether the thread is known to serve nobody. */
  boolean isFree() {
    return this == FREE || this == COMPLETING;
  }

  /** Who must not wait here; null if the thread may. */
  @Nullable String owner() {
    return owner;
  }

  /** The slot whose handler runs here; null if none. */
  @Nullable Slot slot() {
    return slot;
  }
}

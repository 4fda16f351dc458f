package io.midplane.calls;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A future whose dependents run on virtual threads and never in the stack of whoever adds them,
 * also when it is complete already: an actor that adds one to an answer that was quick does not run
 * it. A chain of dependents runs on one thread, the one that completes the first of them.
 *
 * <p>The plain methods are the asynchronous ones of the JDK on an executor that goes on with the
 * completing thread. Around each function of the user the thread is marked as free, so that what
 * the function itself adds dependents to gets threads of its own.
 */
abstract class VirtualStage<T extends @Nullable Object> extends CompletableFuture<T> {
  /** Runs each task on a virtual thread that may block. */
  static final Executor VIRTUAL = task -> start(ThreadMark.free(), task);

  private static final Executor DEPENDENTS = VirtualStage::goOnOrStart;

  /** Whether dependents leave the thread that completes it, unless that one is virtual and ours. */
  private final boolean apart;

  VirtualStage(boolean apart) {
    this.apart = apart;
  }

  boolean isApart() {
    return apart;
  }

  /** Says of a dependent that it does not need this stage: another one may complete it. */
  abstract <U extends @Nullable Object> CompletableFuture<U> ofEither(CompletableFuture<U> first);

  /** Runs a completion on a virtual thread, which then runs the dependents. */
  static void startCompletion(Runnable completion) {
    start(ThreadMark.COMPLETING, completion);
  }

  private static void start(ThreadMark mark, Runnable task) {
    Thread.startVirtualThread(() -> {
      ThreadMark previous = mark.enter();
      try {
        task.run();
      } finally {
        ThreadMark.leave(previous);
      }
    });
  }

  private static void goOnOrStart(Runnable dependents) {
    if (ThreadMark.current() == ThreadMark.COMPLETING) {
      dependents.run();
    } else {
      startCompletion(dependents);
    }
  }

  private static void asUser(Runnable code) {
    ThreadMark previous = ThreadMark.free().enter();
    try {
      code.run();
    } finally {
      ThreadMark.leave(previous);
    }
  }

  private static <A extends @Nullable Object, R extends @Nullable Object> Function<A, R> user(
      Function<? super A, ? extends R> code) {
    return value -> {
      ThreadMark previous = ThreadMark.free().enter();
      try {
        return code.apply(value);
      } finally {
        ThreadMark.leave(previous);
      }
    };
  }

  private static <
          A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
      BiFunction<A, B, R> user(BiFunction<? super A, ? super B, ? extends R> code) {
    return (left, right) -> {
      ThreadMark previous = ThreadMark.free().enter();
      try {
        return code.apply(left, right);
      } finally {
        ThreadMark.leave(previous);
      }
    };
  }

  private static <A extends @Nullable Object> Consumer<A> user(Consumer<? super A> code) {
    return value -> asUser(() -> code.accept(value));
  }

  private static <A extends @Nullable Object, B extends @Nullable Object> BiConsumer<A, B> user(
      BiConsumer<? super A, ? super B> code) {
    return (left, right) -> asUser(() -> code.accept(left, right));
  }

  private static Runnable user(Runnable code) {
    return () -> asUser(code);
  }

  @Override
  public Executor defaultExecutor() {
    return VIRTUAL;
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> thenApply(
      Function<? super T, ? extends U> fn) {
    return apart ? super.thenApplyAsync(user(fn), DEPENDENTS) : super.thenApply(fn);
  }

  @Override
  public CompletableFuture<Void> thenAccept(Consumer<? super T> action) {
    return apart ? super.thenAcceptAsync(user(action), DEPENDENTS) : super.thenAccept(action);
  }

  @Override
  public CompletableFuture<Void> thenRun(Runnable action) {
    return apart ? super.thenRunAsync(user(action), DEPENDENTS) : super.thenRun(action);
  }

  @Override
  public <U extends @Nullable Object, V extends @Nullable Object> CompletableFuture<V> thenCombine(
      CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
    return apart
        ? super.thenCombineAsync(other, user(fn), DEPENDENTS)
        : super.thenCombine(other, fn);
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<Void> thenAcceptBoth(
      CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action) {
    return apart
        ? super.thenAcceptBothAsync(other, user(action), DEPENDENTS)
        : super.thenAcceptBoth(other, action);
  }

  @Override
  public CompletableFuture<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
    return apart
        ? super.runAfterBothAsync(other, user(action), DEPENDENTS)
        : super.runAfterBoth(other, action);
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> applyToEither(
      CompletionStage<? extends T> other, Function<? super T, U> fn) {
    return apart
        ? applyToEitherAsync(other, user(fn), DEPENDENTS)
        : ofEither(super.applyToEither(other, fn));
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> applyToEitherAsync(
      CompletionStage<? extends T> other, Function<? super T, U> fn) {
    return applyToEitherAsync(other, fn, defaultExecutor());
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> applyToEitherAsync(
      CompletionStage<? extends T> other, Function<? super T, U> fn, Executor executor) {
    return ofEither(super.applyToEitherAsync(other, fn, executor));
  }

  @Override
  public CompletableFuture<Void> acceptEither(
      CompletionStage<? extends T> other, Consumer<? super T> action) {
    return apart
        ? acceptEitherAsync(other, user(action), DEPENDENTS)
        : ofEither(super.acceptEither(other, action));
  }

  @Override
  public CompletableFuture<Void> acceptEitherAsync(
      CompletionStage<? extends T> other, Consumer<? super T> action) {
    return acceptEitherAsync(other, action, defaultExecutor());
  }

  @Override
  public CompletableFuture<Void> acceptEitherAsync(
      CompletionStage<? extends T> other, Consumer<? super T> action, Executor executor) {
    return ofEither(super.acceptEitherAsync(other, action, executor));
  }

  @Override
  public CompletableFuture<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
    return apart
        ? runAfterEitherAsync(other, user(action), DEPENDENTS)
        : ofEither(super.runAfterEither(other, action));
  }

  @Override
  public CompletableFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action) {
    return runAfterEitherAsync(other, action, defaultExecutor());
  }

  @Override
  public CompletableFuture<Void> runAfterEitherAsync(
      CompletionStage<?> other, Runnable action, Executor executor) {
    return ofEither(super.runAfterEitherAsync(other, action, executor));
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> thenCompose(
      Function<? super T, ? extends CompletionStage<U>> fn) {
    return apart ? super.thenComposeAsync(user(fn), DEPENDENTS) : super.thenCompose(fn);
  }

  @Override
  public CompletableFuture<T> whenComplete(
      BiConsumer<? super T, ? super @Nullable Throwable> action) {
    return apart ? super.whenCompleteAsync(user(action), DEPENDENTS) : super.whenComplete(action);
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> handle(
      BiFunction<? super T, @Nullable Throwable, ? extends U> fn) {
    return apart ? super.handleAsync(user(fn), DEPENDENTS) : super.handle(fn);
  }

  @Override
  public CompletableFuture<T> exceptionally(Function<Throwable, ? extends T> fn) {
    return apart ? super.exceptionallyAsync(user(fn), DEPENDENTS) : super.exceptionally(fn);
  }

  @Override
  public CompletableFuture<T> exceptionallyCompose(
      Function<Throwable, ? extends CompletionStage<T>> fn) {
    return apart
        ? super.exceptionallyComposeAsync(user(fn), DEPENDENTS)
        : super.exceptionallyCompose(fn);
  }
}

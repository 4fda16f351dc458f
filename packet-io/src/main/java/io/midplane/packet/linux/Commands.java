package io.midplane.packet.linux;

import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What other threads want done by an engine's thread. Thread-safe; nothing is lost at the end. */
final class Commands {

  /** Work and who waits for it. */
  private record Command<T>(Callable<? extends T> work, CompletableFuture<T> result) {
    void run() {
      try {
        result.complete(work.call());
      } catch (Exception | Error e) {
        result.completeExceptionally(e);
      }
    }
  }

  private final Queue<Command<?>> queue = new ConcurrentLinkedQueue<>();
  private final Runnable wake;
  private final Supplier<RuntimeException> ending;
  private volatile boolean ended;
  private volatile @Nullable Thread runner;

  /**
   * No commands yet.
   *
   * @param wake makes the runner look
   * @param ending what those get who come too late
   */
  Commands(Runnable wake, Supplier<RuntimeException> ending) {
    this.wake = wake;
    this.ending = ending;
  }

  /** The thread that runs them; what it submits itself runs at once. */
  void runner(Thread thread) {
    runner = thread;
  }

  <T> CompletableFuture<T> submit(Callable<? extends T> work) {
    var command = new Command<T>(work, new CompletableFuture<>());
    if (Thread.currentThread() == runner && !ended) {
      command.run();
      return command.result();
    }
    queue.add(command);
    if (ended) {
      failAll();
    } else {
      wake.run();
    }
    return command.result();
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  void runAll() {
    for (Command<?> next = queue.poll(); next != null; next = queue.poll()) {
      next.run();
    }
  }

  /** No more will run. */
  void end() {
    ended = true;
    failAll();
  }

  private void failAll() {
    for (Command<?> next = queue.poll(); next != null; next = queue.poll()) {
      next.result().completeExceptionally(ending.get());
    }
  }
}

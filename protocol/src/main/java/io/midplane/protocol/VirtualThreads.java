package io.midplane.protocol;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Runs something that waits on a virtual thread of its own, for callers who must not wait. */
final class VirtualThreads {
  private VirtualThreads() {}

  /**
   * A future that completes on that virtual thread; completing or cancelling it interrupts the
   * thread.
   */
  static <T> CompletableFuture<T> supply(Supplier<? extends T> task) {
    var future = new CompletableFuture<T>();
    Thread thread =
        Thread.ofVirtual().name("midplane-client-call").unstarted(() -> run(task, future));
    var unused = future.whenComplete((value, failure) -> thread.interrupt());
    thread.start();
    return future;
  }

  private static <T> void run(Supplier<? extends T> task, CompletableFuture<T> future) {
    try {
      future.complete(task.get());
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e);
    }
  }
}

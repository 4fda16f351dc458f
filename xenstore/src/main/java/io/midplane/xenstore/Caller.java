package io.midplane.xenstore;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls: refuses a wait where none is allowed, and keeps the time a call may take. Immutable.
 */
record Caller(Courier courier, BlockingGate gate, Duration timeout) {

  Caller timeout(Duration limit) {
    return new Caller(courier, gate, XenStoreSettings.checkPositive("timeout", limit));
  }

  /** Blocks: yes. */
  byte[] call(Request request, String alternative) {
    gate.checkMayBlock(new Operation(request, alternative));
    return courier.call(request, timeout);
  }

  /** Blocks: no. */
  CompletionStage<byte[]> callAsync(Request request) {
    return courier.callAsync(request, timeout);
  }

  /** Blocks: yes. */
  List<Answer> callAll(List<Request> requests, String alternative) {
    if (!requests.isEmpty()) {
      gate.checkMayBlock(new Operation(requests.getFirst(), alternative));
    }
    return courier.callAll(requests, timeout);
  }

  void checkMayBlock(Object what, String alternative) {
    gate.checkMayBlock(new Operation(what, alternative));
  }

  /** Runs something that waits on a virtual thread, which ends when the stage is cancelled. */
  static <T extends @Nullable Object> CompletionStage<T> later(Supplier<? extends T> task) {
    var future = new CompletableFuture<T>();
    Thread thread =
        Thread.ofVirtual()
            .name("xenstore-call")
            .unstarted(() -> {
              try {
                future.complete(task.get());
              } catch (RuntimeException | Error e) {
                future.completeExceptionally(e);
              }
            });
    var unused = future.whenComplete((value, failure) -> thread.interrupt());
    thread.start();
    return future;
  }
}

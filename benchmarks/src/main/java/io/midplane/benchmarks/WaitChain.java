package io.midplane.benchmarks;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.Call;
import io.midplane.calls.CallGraph;
import io.midplane.calls.Callee;
import io.midplane.calls.Operation;
import io.midplane.calls.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Handlers of which each waits for the next; the last one runs. */
final class WaitChain {
  private static final Duration TIMEOUT = Duration.ofDays(1);
  private static final Operation GET = new Operation("get", "getAsync()");

  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);
  private final Callee caller = graph.callee("caller");
  private final List<Callee> callees = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Call<Boolean>> waiting = new ConcurrentLinkedQueue<>();
  private @Nullable Slot last;

  /** Makes that many wait; returns once they do. */
  void begin(int length) throws InterruptedException {
    for (int i = 0; i <= length; i++) {
      callees.add(graph.callee("callee " + i));
    }
    last = callees.getLast().begin(null);
    CountDownLatch waits = new CountDownLatch(length);
    for (int i = 0; i < length; i++) {
      Callee self = callees.get(i);
      Callee next = callees.get(i + 1);
      threads.add(Thread.startVirtualThread(() -> await(self, next, waits)));
    }
    waits.await();
    if (graph.waits().size() != length) {
      throw new IllegalStateException("waits: " + graph.waits());
    }
  }

  private void await(Callee self, Callee next, CountDownLatch waits) {
    try (Slot slot = self.begin(null)) {
      boolean unused =
          slot.run(() ->
              gate.<Boolean>call(
                  next,
                  GET,
                  TIMEOUT,
                  call -> {
                    waiting.add(call);
                    waits.countDown();
                    return call.reply();
                  }));
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Calls the first in the chain from a handler; each call is answered while it is sent. */
  long callFirst(int calls) throws Exception {
    Callee first = callees.getFirst();
    try (Slot slot = caller.begin(null)) {
      return slot.run(() -> {
        long answered = 0;
        for (int i = 0; i < calls; i++) {
          answered += gate.<Long>call(first, GET, TIMEOUT, WaitChain::answer);
        }
        return answered;
      });
    }
  }

  private static CompletionStage<Long> answer(Call<Long> call) {
    call.reply().complete(1L);
    return call.reply();
  }

  /** Lets them go. */
  void end() throws InterruptedException {
    waiting.forEach(call -> call.reply().complete(true));
    for (Thread thread : threads) {
      thread.join();
    }
    if (last != null) {
      last.close();
    }
  }
}

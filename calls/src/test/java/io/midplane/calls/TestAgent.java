package io.midplane.calls;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The least agent that can be called: a queue, turns, and an executor for its handlers. First come,
 * first served, except that a handler's shared call never waits for a queued exclusive one.
 */
final class TestAgent {
  static final Duration LONG = Duration.ofSeconds(30);

  private final BlockingGate gate;
  private final Callee callee;
  private final Executor executor;
  private final Deque<Job<?>> queue = new ArrayDeque<>();
  private int sharedRunning;
  private boolean exclusiveRunning;

  private record Job<T>(Call<T> call, Callable<T> handler) {}

  private TestAgent(CallGraph graph, Callee callee, Executor executor) {
    this.gate = new BlockingGate(graph);
    this.callee = callee;
    this.executor = executor;
  }

  /** One call at a time, each on a virtual thread. */
  static TestAgent serial(CallGraph graph, String name) {
    return new TestAgent(graph, graph.callee(name), Thread::startVirtualThread);
  }

  /** Shared calls in parallel, each on a virtual thread. */
  static TestAgent parallel(CallGraph graph, String name) {
    return new TestAgent(graph, graph.parallelCallee(name), Thread::startVirtualThread);
  }

  /** One call at a time, on a worker of a pool. */
  static TestAgent serial(CallGraph graph, String name, Pool pool, Executor executor) {
    return new TestAgent(graph, graph.callee(name).runsOn(pool), executor);
  }

  /** Shared calls in parallel, on workers of a pool. */
  static TestAgent parallel(CallGraph graph, String name, Pool pool, Executor executor) {
    return new TestAgent(graph, graph.parallelCallee(name).runsOn(pool), executor);
  }

  Callee callee() {
    return callee;
  }

  <T> T call(String text, Callable<T> handler) {
    return call(new Operation(text, "callAsync()"), handler);
  }

  <T> T callShared(String text, Callable<T> handler) {
    return call(Operation.shared(text, "callAsync()"), handler);
  }

  <T> T call(Operation what, Callable<T> handler) {
    return gate.call(callee, what, LONG, call -> serve(call, handler));
  }

  <T> CompletionStage<T> callAsync(String text, Callable<T> handler) {
    Operation what = new Operation(text, "callAsync()");
    return gate.callAsync(callee, what, LONG, call -> serve(call, handler));
  }

  /** Puts a call into the queue. */
  <T> CompletionStage<T> serve(Call<T> call, Callable<T> handler) {
    synchronized (queue) {
      queue.add(new Job<>(call, handler));
    }
    takeTurns();
    return call.reply();
  }

  private void takeTurns() {
    synchronized (queue) {
      boolean exclusiveAhead = false;
      for (Iterator<Job<?>> jobs = queue.iterator(); jobs.hasNext() && !exclusiveRunning; ) {
        Job<?> job = jobs.next();
        boolean shared = callee.isParallel() && job.call.operation().shared();
        if (exclusiveAhead && !(shared && job.call.isNested())) {
          continue;
        } else if (shared) {
          sharedRunning++;
        } else if (sharedRunning == 0) {
          exclusiveRunning = true;
        } else {
          exclusiveAhead = true;
          continue;
        }
        jobs.remove();
        Slot slot = shared ? callee.beginShared(job.call) : callee.begin(job.call);
        try {
          executor.execute(() -> run(job, slot, shared));
        } catch (RejectedExecutionException e) {
          slot.close();
          job.call.reply().completeExceptionally(e);
        }
      }
    }
  }

  private <T> void run(Job<T> job, Slot slot, boolean shared) {
    Callable<Boolean> answer;
    try {
      T value = slot.run(job.handler);
      answer = () -> job.call.reply().complete(value);
    } catch (Throwable failure) {
      answer = () -> job.call.reply().completeExceptionally(failure);
    }
    job.call.replied();
    slot.close();
    synchronized (queue) {
      if (shared) {
        sharedRunning--;
      } else {
        exclusiveRunning = false;
      }
    }
    try {
      answer.call();
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
    takeTurns();
  }
}

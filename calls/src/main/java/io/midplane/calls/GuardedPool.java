package io.midplane.calls;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of threads whose jobs may call each other without ever starving it: where the last
 * free worker would wait for a job that needs a worker of the same pool, the call is refused at
 * {@link DeadlockLevel#L5}.
 *
 * <p>Thread-safe. Jobs run on the pool's threads, in order of submission, and may block.
 */
public final class GuardedPool implements AutoCloseable {
  private static final String ALTERNATIVE = "callAsync()";

  private final BlockingGate gate;
  private final Pool pool;
  private final Callee jobs;
  private final ThreadPoolExecutor executor;

  private GuardedPool(CallGraph graph, Pool pool, ThreadPoolExecutor executor) {
    this.gate = new BlockingGate(graph);
    this.pool = pool;
    this.jobs = graph.parallelCallee(pool.name()).runsOn(pool);
    this.executor = executor;
  }

  /** A pool of its own, with this many daemon threads. */
  public static GuardedPool fixed(CallGraph graph, String name, int workers) {
    Pool pool = graph.pool(name, workers);
    ThreadFactory threads =
        ThreadMark.freeThreads(Thread.ofPlatform().daemon().name(name + "-", 1).factory());
    var executor =
        new ThreadPoolExecutor(
            workers, workers, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    return new GuardedPool(graph, pool, executor);
  }

  /** Its threads, for handlers of callees that {@linkplain Callee#runsOn run on} its pool. */
  public ExecutorService executor() {
    return executor;
  }

  /** Its threads as a resource in the graph. */
  public Pool pool() {
    return pool;
  }

  /** Jobs that no worker has begun, at this moment. */
  public int queued() {
    return executor.getQueue().size();
  }

  /** Jobs that workers have finished since the start, roughly; it never shrinks. */
  public long finished() {
    return executor.getCompletedTaskCount();
  }

  /** Runs a job on a worker and waits for it. Blocks: yes; errors as {@link BlockingGate#call}. */
  public <T extends @Nullable Object> T call(Object text, Duration timeout, Callable<T> job) {
    return gate.call(jobs, Operation.shared(text, ALTERNATIVE), timeout, call -> submit(call, job));
  }

  /** Runs a job on a worker and returns at once. Blocks: no. */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Object text, Duration timeout, Callable<T> job) {
    return gate.callAsync(
        jobs, Operation.shared(text, ALTERNATIVE), timeout, call -> submit(call, job));
  }

  /** Takes no more jobs; those not finished end with CALLEE_DIED and are interrupted. */
  @Override
  public void close() {
    jobs.close();
    executor.shutdownNow();
  }

  private <T extends @Nullable Object> CompletionStage<T> submit(Call<T> call, Callable<T> job) {
    try {
      executor.execute(() -> serve(call, job));
    } catch (RejectedExecutionException e) {
      throw Failures.down(jobs, call.operation(), e);
    }
    return call.reply();
  }

  private <T extends @Nullable Object> void serve(Call<T> call, Callable<T> job) {
    if (call.reply().isDone()) {
      return;
    }
    try (Slot slot = jobs.beginShared(call)) {
      T value = slot.run(job);
      call.replied();
      call.reply().complete(value);
    } catch (Throwable failure) {
      call.replied();
      call.reply().completeExceptionally(failure);
    }
  }
}

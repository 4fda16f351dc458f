package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.benchmarks.akka.CounterActor;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A synchronous call through the gate, beside a raw ask of the same actor. */
final class AskWorks implements PairedCase.Works {
  private final Midplane midplane = Midplanes.quiet("calls");
  private final CounterActor counter = CounterActor.ofTheRuntime(midplane, "counter");
  private final @Nullable ExecutorService pool;

  private AskWorks(@Nullable ExecutorService pool) {
    this.pool = pool;
  }

  /** On the calling thread. */
  static AskWorks here() {
    return new AskWorks(null);
  }

  /** In a task of an executor, whose stack the gate looks at each time. */
  static AskWorks inATask() {
    return new AskWorks(Executors.newSingleThreadExecutor());
  }

  @Override
  public void ours(int operations) throws Exception {
    run(() -> {
      long sum = 0;
      for (int i = 0; i < operations; i++) {
        sum += counter.ask();
      }
      return sum;
    });
  }

  @Override
  public void peer(int operations) throws Exception {
    run(() -> {
      long sum = 0;
      for (int i = 0; i < operations; i++) {
        sum += counter.rawAsk();
      }
      return sum;
    });
  }

  private void run(Callable<Long> loop) throws Exception {
    long sum = pool == null ? loop.call() : pool.submit(loop).get();
    if (sum != 0) {
      throw new IllegalStateException("counted: " + sum + " (expected: 0)");
    }
  }

  @Override
  public void close() {
    if (pool != null) {
      pool.close();
    }
    midplane.close();
  }
}

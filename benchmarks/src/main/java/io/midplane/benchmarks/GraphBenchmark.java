package io.midplane.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the graph costs a handler that calls: the question whether it would ever run on, the edge,
 * and its removal, with the rest of the gate around it. JMH makes its code from this class; run it
 * by {@code ./midplane bench run calls}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GraphBenchmark {
  private static final int CALLS = 1000;

  /** How many handlers wait, each for the next, behind the one that is called. */
  @Param({"1"})
  public int length;

  private final WaitChain chain = new WaitChain();

  /** Made by JMH. */
  public GraphBenchmark() {}

  /** Makes them wait. */
  @Setup
  public void begin() throws InterruptedException {
    chain.begin(length);
  }

  /** Calls the first of them, again and again. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public long handler() throws Exception {
    return chain.callFirst(CALLS);
  }

  /** Lets them go. */
  @TearDown
  public void end() throws InterruptedException {
    chain.end();
  }
}

package io.midplane.benchmarks;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.calls.Callee;
import io.midplane.calls.Operation;
import io.midplane.calls.ThreadMark;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the gate itself costs a thread outside actors: a call that is answered while it is sent, so
 * that nobody waits. JMH makes its code from this class; run it by {@code ./midplane bench run
 * calls}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GateBenchmark {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Operation GET = new Operation("get", "getAsync()");

  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);
  private final Callee callee = graph.callee("callee");

  /** Made by JMH. */
  public GateBenchmark() {}

  /** In a task of an executor, as JMH's own are: the gate looks at the stack each time. */
  @Benchmark
  public Object task() {
    return call();
  }

  /** On a thread that was seen to serve nobody, such as the main thread after its first call. */
  @Benchmark
  public Object program(FreeThread thread) {
    return call();
  }

  private Object call() {
    return gate.<Object>call(
        callee,
        GET,
        TIMEOUT,
        call -> {
          call.reply().complete(this);
          return call.reply();
        });
  }

  /** A thread that the gate need not look at. */
  @State(Scope.Thread)
  public static class FreeThread {
    private @Nullable ThreadMark previous;

    /** Made by JMH. */
    public FreeThread() {}

    /** Marks it. */
    @Setup
    public void enter() {
      previous = ThreadMark.free().enter();
    }

    /** Restores what it was. */
    @TearDown
    public void leave() {
      ThreadMark.leave(previous);
    }
  }
}

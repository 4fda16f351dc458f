package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.actors.Service;
import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.benchmarks.akka.AskCycle;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.Wait;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A calls B, which calls A: how long it takes until the first caller knows. With Akka alone that is
 * the timeout of the ask.
 */
final class CycleCase implements Case {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int PEER_RUNS = 3;

  @Override
  public String name() {
    return "cycle";
  }

  @Override
  public String about() {
    return "A calls B calls A: time until the first caller has the error, the whole cycle named";
  }

  @Override
  public String target() {
    return "at most 2 ms; raw Akka waits for its timeout of 3 s";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    Duration peerTimeout = effort.isQuick() ? Duration.ofMillis(100) : Duration.ofSeconds(3);
    Series peer = peer(effort.isQuick() ? 1 : PEER_RUNS, peerTimeout);
    Peer named = new Peer("Akka ask, timeout " + peerTimeout.toMillis() + " ms", peer);
    return List.of(
        new Measurement(CallsSuite.NAME, name(), Unit.MILLISECONDS, ours(effort), named));
  }

  private static Series ours(Effort effort) {
    try (Midplane midplane = Midplanes.quiet("cycle")) {
      CompletableFuture<Service<String, String>> first = new CompletableFuture<>();
      Service<String, String> b = midplane.service("b", question -> first.join().call(question));
      Service<String, String> a = midplane.service("a", b::call);
      first.complete(a);
      double[] millis = new double[effort.rounds()];
      for (int warmUp = 0; warmUp < effort.rounds(); warmUp++) {
        double ignored = refused(a);
      }
      for (int run = 0; run < millis.length; run++) {
        millis[run] = refused(a);
      }
      return Series.of(millis);
    }
  }

  private static Series peer(int runs, Duration timeout) throws Exception {
    double[] millis = new double[runs];
    try (AskCycle cycle = AskCycle.create(timeout)) {
      for (int run = 0; run < runs; run++) {
        long start = System.nanoTime();
        cycle.run();
        millis[run] = Unit.MILLISECONDS.of(System.nanoTime() - start);
      }
    }
    return Series.of(millis);
  }

  private static double refused(Service<String, String> a) {
    long start = System.nanoTime();
    try {
      String answer = a.call("ping", LONG);
      throw new IllegalStateException("answer: " + answer + " (expected: a refusal)");
    } catch (DeadlockDetectedException refusal) {
      double millis = Unit.MILLISECONDS.of(System.nanoTime() - start);
      check(refusal);
      return millis;
    }
  }

  private static void check(DeadlockDetectedException refusal) {
    List<String> callees = refusal.cycle().stream().map(Wait::callee).sorted().toList();
    if (refusal.level() != DeadlockLevel.L2 || !callees.equals(List.of("a", "b"))) {
      throw new IllegalStateException("refused, but not the cycle a, b at level L2", refusal);
    }
  }
}

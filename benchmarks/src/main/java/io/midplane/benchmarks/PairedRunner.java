package io.midplane.benchmarks;

import java.util.function.LongSupplier;

/**
 * Measures two ways of doing the same in one JVM, on the same cores, in turn: ours, peer, ours,
 * peer, and so on in many short rounds. What disturbs the machine for longer than a round disturbs
 * both, and the median forgets what is shorter.
 */
final class PairedRunner {

  /** What is measured: does a number of operations, one after the other. */
  @FunctionalInterface
  interface Work {
    void run(int operations) throws Exception;
  }

  /** Nanoseconds an operation took, in each round. */
  record Pair(Series ours, Series peer) {
    Pair in(Unit unit) {
      return new Pair(ours.map(unit::of), peer.map(unit::of));
    }
  }

  private final Effort effort;
  private final LongSupplier clock;

  PairedRunner(Effort effort) {
    this(effort, System::nanoTime);
  }

  PairedRunner(Effort effort, LongSupplier clock) {
    this.effort = effort;
    this.clock = clock;
  }

  Pair run(Work ours, Work peer) throws Exception {
    int oursBatch = effort.firstBatch();
    int peerBatch = effort.firstBatch();
    long end = clock.getAsLong() + 2 * effort.warmUp().toNanos();
    do {
      oursBatch = sized(oursBatch, timed(ours, oursBatch));
      peerBatch = sized(peerBatch, timed(peer, peerBatch));
    } while (clock.getAsLong() < end);
    double[] oursNanos = new double[effort.rounds()];
    double[] peerNanos = new double[effort.rounds()];
    for (int round = 0; round < effort.rounds(); round++) {
      oursNanos[round] = timed(ours, oursBatch);
      peerNanos[round] = timed(peer, peerBatch);
    }
    return new Pair(Series.of(oursNanos), Series.of(peerNanos));
  }

  /** Nanoseconds for one operation. */
  private double timed(Work work, int operations) throws Exception {
    long start = clock.getAsLong();
    work.run(operations);
    return Math.max(1, clock.getAsLong() - start) / (double) operations;
  }

  /** As many operations as fill a round, growing no faster than the code gets warm. */
  private int sized(int before, double nanosEach) {
    double fitting = effort.round().toNanos() / nanosEach;
    return (int) Math.clamp(fitting, 1, Math.min(before * 4L, 10_000_000));
  }
}

package io.midplane.benchmarks;

import java.time.Duration;

/**
 * How long to measure.
 *
 * @param warmUp how long each side runs before it counts
 * @param round how long one side runs in one round
 * @param rounds how many rounds each side runs
 * @param processes how many processes to start where a run is a process
 */
record Effort(Duration warmUp, Duration round, int rounds, int processes) {
  private static final int FIRST_BATCH = 16;

  /** For figures to be quoted. */
  static final Effort FULL = new Effort(Duration.ofSeconds(3), Duration.ofMillis(20), 151, 15);

  /** To see that everything works; the figures mean nothing. */
  static final Effort QUICK = new Effort(Duration.ofMillis(20), Duration.ofMillis(2), 5, 1);

  boolean isQuick() {
    return this == QUICK;
  }

  /** How many operations to begin with, while nobody knows how long one takes. */
  int firstBatch() {
    return isQuick() ? 1 : FIRST_BATCH;
  }
}

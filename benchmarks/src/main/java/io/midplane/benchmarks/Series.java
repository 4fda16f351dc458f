package io.midplane.benchmarks;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** What a figure was in each run. Immutable. */
final class Series {
  private final double[] sorted;

  private Series(double[] sorted) {
    this.sorted = sorted;
  }

  /** The values in any order; at least one. */
  static Series of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values: none (expected: 1 or more)");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Series(sorted);
  }

  /** The same runs in another unit. */
  Series map(DoubleUnaryOperator each) {
    return of(Arrays.stream(sorted).map(each).toArray());
  }

  /** How many runs there were. */
  int runs() {
    return sorted.length;
  }

  /** The value in the middle; between the middle two for an even number of runs. */
  double median() {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The smallest value that at least this share of the values do not exceed. */
  double quantile(double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }

  /** How far apart the middle half of the values lies, as a share of the median. */
  double spread() {
    double median = median();
    return median == 0 ? 0 : (quantile(0.75) - quantile(0.25)) / median;
  }
}

package io.midplane.benchmarks;

/** What a figure is counted in. */
enum Unit {
  NANOSECONDS("ns"),
  MICROSECONDS("us"),
  MILLISECONDS("ms"),
  CALLS_PER_SECOND("calls/s"),
  MESSAGES_PER_SECOND("messages/s"),
  ROWS_PER_SECOND("rows/s"),
  OPERATIONS_PER_SECOND("ops/s"),
  FRAMES_PER_SECOND("frames/s"),
  BYTES("bytes"),
  MEBIBYTES("MiB"),
  PERCENT("%");

  private final String word;

  Unit(String word) {
    this.word = word;
  }

  /** As it is printed. */
  String word() {
    return word;
  }

  /** A span of time for one operation in this unit, which is one of time or of rates. */
  double of(double nanos) {
    return switch (this) {
      case NANOSECONDS -> nanos;
      case MICROSECONDS -> nanos / 1e3;
      case MILLISECONDS -> nanos / 1e6;
      case CALLS_PER_SECOND,
          MESSAGES_PER_SECOND,
          ROWS_PER_SECOND,
          OPERATIONS_PER_SECOND,
          FRAMES_PER_SECOND ->
          1e9 / nanos;
      case BYTES, MEBIBYTES, PERCENT ->
          throw new IllegalArgumentException("unit: " + word + " (expected: one of time)");
    };
  }
}

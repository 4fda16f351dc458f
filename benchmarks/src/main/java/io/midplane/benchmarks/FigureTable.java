package io.midplane.benchmarks;

import java.io.PrintStream;

/** Figures for people: a line each, with how far apart the runs were and what it should be. */
final class FigureTable {
  private static final String LINE = "%-22s %10s %-5s %10s %-5s %8s  %-11s %s%n";

  private final PrintStream out;
  private boolean begun;

  FigureTable(PrintStream out) {
    this.out = out;
  }

  void print(Measurement measurement, Case figure) {
    if (!begun) {
      out.printf(LINE, "FIGURE", "OURS", "", "PEER", "", "RATIO", "UNIT", "TARGET");
      begun = true;
    }
    Series peer = measurement.peerSeries();
    Double ratio = measurement.ratio();
    out.printf(
        LINE,
        measurement.bench() + "/" + measurement.name(),
        Measurement.number(measurement.ours().median()),
        spread(measurement.ours()),
        peer == null ? "-" : Measurement.number(peer.median()),
        peer == null ? "" : spread(peer),
        ratio == null ? "-" : Measurement.number(ratio),
        measurement.unit().word(),
        figure.target());
  }

  /** The middle half of the runs lies within this share of the median. */
  private static String spread(Series series) {
    return "±%.0f%%".formatted(100 * series.spread() / 2);
  }
}

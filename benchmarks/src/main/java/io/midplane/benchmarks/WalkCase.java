package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.cm.Configuration;
import io.midplane.protocol.Row;
import java.util.List;

/** A walk over a large table in process, from the first row to the last. */
final class WalkCase implements Case {
  private static final int ROWS = 100_000;

  @Override
  public String name() {
    return "walk";
  }

  @Override
  public String about() {
    return "a walk over 100 000 rows in process";
  }

  @Override
  public String target() {
    return "at least 400 000 rows/s";
  }

  @Override
  public List<Measurement> measure(Effort effort) {
    try (Midplane midplane = Midplanes.quiet("walk")) {
      var unused = midplane.spawn(new RouteAgent(ROWS), "route");
      Configuration configuration = Configuration.of(midplane);
      int runs = effort.isQuick() ? 1 : effort.rounds() / 3;
      double[] rates = new double[runs];
      for (int run = effort.isQuick() ? 0 : -runs / 2; run < runs; run++) {
        double rate = rowsPerSecond(configuration);
        if (run >= 0) {
          rates[run] = rate;
        }
      }
      return List.of(
          new Measurement(CmSuite.NAME, name(), Unit.ROWS_PER_SECOND, Series.of(rates), null));
    }
  }

  private static double rowsPerSecond(Configuration configuration) {
    long start = System.nanoTime();
    int rows = 0;
    long metrics = 0;
    for (Row row : configuration.walk(RouteAgent.TABLE)) {
      rows++;
      metrics += row.integer("metric");
    }
    double nanos = System.nanoTime() - start;
    if (rows != ROWS || metrics != ROWS * (ROWS - 1L) / 2) {
      throw new IllegalStateException("rows: " + rows + " (expected: " + ROWS + ")");
    }
    return Unit.ROWS_PER_SECOND.of(nanos / rows);
  }
}

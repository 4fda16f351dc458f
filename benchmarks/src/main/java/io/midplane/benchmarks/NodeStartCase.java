package io.midplane.benchmarks;

import java.util.List;

/** From the shell's point of view: how soon a node serves. */
final class NodeStartCase implements Case {

  @Override
  public String name() {
    return "node-start";
  }

  @Override
  public String about() {
    return "midplane node start with one agent, until it prints that it is ready";
  }

  @Override
  public String target() {
    return "at most 1500 ms";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    double[] millis = new double[effort.processes()];
    for (int run = 0; run < millis.length; run++) {
      try (Folder folder = Folder.create();
          ServerProcess node = folder.startNode()) {
        millis[run] = node.startMillis();
      }
    }
    return List.of(
        new Measurement(CmSuite.NAME, name(), Unit.MILLISECONDS, Series.of(millis), null));
  }
}

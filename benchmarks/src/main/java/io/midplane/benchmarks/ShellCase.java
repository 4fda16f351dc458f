package io.midplane.benchmarks;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/** From the shell's point of view: how long {@code midplane cm get} takes. */
final class ShellCase implements Case {

  @Override
  public String name() {
    return "shell-get";
  }

  @Override
  public String about() {
    return "midplane cm get as a process, from its start to its end";
  }

  @Override
  public String target() {
    return "at most 150 ms, with a warm AOT cache";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    try (Folder folder = Folder.create();
        ServerProcess node = folder.startNode()) {
      int runs = 2 * effort.processes() + 1;
      double[] millis = new double[runs];
      for (int run = effort.isQuick() ? 0 : -2; run < runs; run++) {
        double taken = get(folder, run);
        if (run >= 0) {
          millis[run] = taken;
        }
      }
      return List.of(
          new Measurement(CmSuite.NAME, name(), Unit.MILLISECONDS, Series.of(millis), null));
    }
  }

  private static double get(Folder folder, int run) throws IOException, InterruptedException {
    String key = "name=" + RouteAgent.name(Math.abs(run));
    List<String> command =
        Program.midplane("cm", "get", RouteAgent.TABLE, key, "--data", folder.data().toString());
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.appendTo(folder.log().toFile()))
            .start();
    int status = process.waitFor();
    double millis = Unit.MILLISECONDS.of(System.nanoTime() - start);
    if (status != 0) {
      throw new IOException("midplane cm get: exit %d (expected: 0)".formatted(status));
    }
    return millis;
  }
}

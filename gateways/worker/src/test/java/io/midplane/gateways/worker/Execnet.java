package io.midplane.gateways.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Python's own execnet, of both kinds that are about. */
public enum Execnet {
  /** As the system installs it: 1.9. */
  INSTALLED(1),
  /** 2.1, in a folder of its own. */
  TWO(2);

  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final Path MODULE = Path.of("/usr/lib/python3/dist-packages/execnet");

  private final int dumps;

  Execnet(int dumps) {
    this.dumps = dumps;
  }

  /** The version of what it dumps. */
  public int dumps() {
    return dumps;
  }

  /** A Python that has it. Skips where it is not, and fails there in CI. */
  public ProcessBuilder python(String... arguments) throws IOException {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(Files.isExecutable(PYTHON), "python3 is not installed");
      Assumptions.assumeTrue(
          this == TWO || Files.exists(MODULE), "python3-execnet is not installed");
    }
    ProcessBuilder python = new ProcessBuilder(PYTHON.toString());
    python.command().addAll(java.util.List.of(arguments));
    if (this == TWO) {
      python.environment().put("PYTHONPATH", Peers.execnet2());
    }
    return python;
  }
}

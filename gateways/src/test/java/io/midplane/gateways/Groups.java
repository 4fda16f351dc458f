package io.midplane.gateways;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Groups for tests: the worker's jar is kept below the build folder. */
final class Groups {
  private Groups() {}

  /** Skips where there is no Python, and fails there in CI. */
  static void requirePython() {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(
          Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3"))),
          "python3 is not installed");
    }
  }

  static GroupSettings settings() {
    return GroupSettings.defaults().withWorkerFolder(Path.of("target", "workers").toAbsolutePath());
  }
}

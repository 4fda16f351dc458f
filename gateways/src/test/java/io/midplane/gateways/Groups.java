package io.midplane.gateways;

import java.nio.file.Path;

/** Groups for tests: the worker's jar is kept below the build folder. */
final class Groups {
  private Groups() {}

  static GroupSettings settings() {
    return GroupSettings.defaults().withWorkerFolder(Path.of("target", "workers").toAbsolutePath());
  }
}

package io.midplane.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The one core that the processes of a measurement share, so that none is woken from another core.
 * The last that this process may use; where {@code taskset} is missing, nothing is pinned.
 */
final class PinnedCore {
  private static final Path TASKSET = Path.of("/usr/bin/taskset");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  private PinnedCore() {}

  /** The command that runs a command there. */
  static List<String> command(List<String> command) throws IOException {
    if (!Files.isExecutable(TASKSET)) {
      return command;
    }
    List<String> pinned = new ArrayList<>(List.of(TASKSET.toString(), "-c", last()));
    pinned.addAll(command);
    return pinned;
  }

  private static String last() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(ALLOWED)) {
        String[] numbers = line.substring(ALLOWED.length()).strip().split("[-,]", -1);
        return numbers[numbers.length - 1];
      }
    }
    throw new IOException(STATUS + ": no line " + ALLOWED);
  }
}

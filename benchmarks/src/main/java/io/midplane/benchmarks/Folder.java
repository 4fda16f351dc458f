package io.midplane.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A private folder for one measurement, gone afterwards. */
record Folder(Path path) implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  static Folder create() throws IOException {
    return new Folder(Files.createTempDirectory("midplane-bench"));
  }

  /** The same in memory where the system has such a place, so that no disk is measured. */
  static Folder inMemory() throws IOException {
    return Files.isWritable(MEMORY)
        ? new Folder(Files.createTempDirectory(MEMORY, "midplane-bench"))
        : create();
  }

  /** A node's data folder in it. */
  Path data() {
    return path.resolve("data");
  }

  /** What a server of ours wrote to standard error. */
  Path log() {
    return path.resolve("log");
  }

  /** Starts a node with the agent that is measured, and waits until it serves. */
  ServerProcess startNode() throws IOException {
    List<String> command =
        Program.midplane(
            "node", "start", "--data", data().toString(), "--agent", RouteAgent.class.getName());
    return ServerProcess.start(command, log());
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.midplane.examples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that only its owner can enter, gone when the demo is over however it ends. */
final class PrivateFolder {

  private PrivateFolder() {}

  static Path create() throws IOException {
    // The JDK makes temporary folders with mode 0700.
    Path folder = Files.createTempDirectory("midplane-demo-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(folder)));
    return folder;
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static void deleteQuietly(Path folder) {
    try {
      delete(folder);
    } catch (IOException | UncheckedIOException failure) {
      System.err.println("demo: could not remove " + folder + ": " + failure.getMessage());
    }
  }
}

package io.midplane.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The program in a JVM of its own, with this one's class path. */
record NodeProcess(Process process, Path out, Path err) implements AutoCloseable {

  /** Starts it; standard output and error go to files in the folder. */
  static NodeProcess start(Path folder, String... arguments) {
    List<String> command = command(arguments);
    try {
      Path out = Files.createTempFile(folder, "node", ".out");
      Path err = Files.createTempFile(folder, "node", ".err");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      return new NodeProcess(process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program and its arguments. */
  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  NodeProcess awaitReady() {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> printed().contains("ready ") || !process.isAlive());
    if (!printed().contains("ready ")) {
      throw new AssertionError("the node ended with " + process.exitValue() + ": " + errors());
    }
    return this;
  }

  int awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("still running: " + errors());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  String printed() {
    return read(out);
  }

  String errors() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it for certain. */
  @Override
  public void close() {
    process.destroyForcibly();
    int _ = awaitEnd();
  }
}

package io.midplane.packet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** Programs that are not ours, run as oracles. */
public final class Peers {
  private static final List<Path> FOLDERS =
      Stream.of("/usr/bin", "/usr/sbin", "/bin", "/sbin").map(Path::of).toList();

  private Peers() {}

  /** Skips the test where one of the programs is missing; fails it there in CI. */
  public static void require(String... programs) {
    for (String program : programs) {
      if (FOLDERS.stream().noneMatch(folder -> Files.isExecutable(folder.resolve(program)))) {
        miss(program + ": not installed");
      }
    }
  }

  /** Skips the test where Python lacks a module; fails it there in CI. */
  public static void requirePython(String module) {
    require("python3");
    try {
      text("/usr/bin/python3", "-c", "import " + module);
    } catch (AssertionError e) {
      miss("python3 has no module " + module);
    }
  }

  /** Skips the test where a process may not have namespaces of its own; fails it there in CI. */
  public static void requireNamespaces() {
    require("unshare", "ip");
    try {
      text("unshare", "-Urn", "ip", "link", "set", "lo", "up");
    } catch (AssertionError e) {
      miss("namespaces are refused here: " + e.getMessage());
    }
  }

  private static void miss(String what) {
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError(what);
    }
    throw new TestAbortedException(what);
  }

  /** What a program prints; it must end well within a minute. */
  public static String text(String... command) {
    try {
      Path errors = Files.createTempFile("peer", ".err");
      try {
        return text(command, errors);
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new AssertionError(String.join(" ", command), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(String[] command, Path errors)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + ": did not end within 60 s");
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(
          String.join(" ", command)
              + ": "
              + process.exitValue()
              + ": "
              + Files.readString(errors).strip());
    }
    return text;
  }
}

package io.midplane.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The LLDP agent and the machine's lldpd at the ends of a cable, in namespaces that disturb nothing
 * and leave nothing: {@link DemoCable} is their first process.
 */
final class DemoLldpd {
  private static final List<String> PROGRAMS = List.of("lldpd", "lldpcli", "ip", "nsenter");
  private static final List<String> NAMESPACES =
      List.of("unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child");
  private static final int DEADLINE_SECONDS = 10;

  private DemoLldpd() {}

  /**
   * Shows how they meet and part. Blocks: until they have.
   *
   * @return why it cannot be shown here; nothing if it was shown
   * @throws DemoFailedException if lldpd runs, but they did not meet
   */
  static Optional<String> run(Path folder, Consumer<String> out)
      throws IOException, InterruptedException, DemoFailedException {
    for (String program : PROGRAMS) {
      if (!isHere(program)) {
        return Optional.of(program + " is not installed");
      }
    }
    Path errors = folder.resolve("cable.err");
    Process process = start(errors);
    boolean ready = false;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (ready) {
          out.accept(line);
        }
        ready |= line.equals(DemoCable.READY);
      }
      boolean over = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
      if (over && process.exitValue() == 0) {
        return Optional.empty();
      }
    } finally {
      process.destroyForcibly();
    }
    if (ready) {
      throw new DemoFailedException("the agent and lldpd: " + Files.readString(errors));
    }
    return Optional.of(reason(errors));
  }

  /** Starts the far side. */
  static Process start(Path errors) throws IOException {
    return MidplaneProgram.of(NAMESPACES, DemoCable.class).redirectError(errors.toFile()).start();
  }

  private static boolean isHere(String program) {
    return Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** What went wrong, without the trace. */
  private static String reason(Path errors) throws IOException {
    return Files.readAllLines(errors).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("unshare: ") || line.contains("IOException: "))
        .map(line -> line.replaceFirst(".*IOException: ", ""))
        .findFirst()
        .orElse("namespaces are refused");
  }
}

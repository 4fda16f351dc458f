package io.midplane.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How to start programs of the project in processes of their own. */
final class Program {
  private static final String MAIN = "io.midplane.node.Main";

  private Program() {}

  /** The {@code midplane} command, as a user starts it; without a launcher, its JVM. */
  static List<String> midplane(String... arguments) {
    List<String> command = new ArrayList<>();
    Path launcher = launcher();
    if (launcher != null) {
      command.add(launcher.toString());
    } else {
      command.addAll(java(MAIN));
    }
    command.addAll(List.of(arguments));
    return command;
  }

  /** A class of this class path in a JVM of its own. */
  static List<String> java(String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-cp");
    command.add(System.getProperty("java.class.path", ""));
    command.add(main);
    command.addAll(List.of(arguments));
    return command;
  }

  private static @Nullable Path launcher() {
    String home = System.getProperty("midplane.home");
    Path launcher = home == null ? null : Path.of(home, "midplane");
    return launcher != null && Files.isExecutable(launcher) ? launcher : null;
  }
}

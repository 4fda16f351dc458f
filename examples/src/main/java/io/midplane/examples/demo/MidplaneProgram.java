package io.midplane.examples.demo;

import io.midplane.node.Main;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The midplane program in a process of its own: on the same JVM, with the same options and jars.
 */
final class MidplaneProgram {

  private MidplaneProgram() {}

  static ProcessBuilder with(String... arguments) {
    return of(List.of(), Main.class, arguments);
  }

  /** Another program of the same jars, started by a command that is given its command line. */
  static ProcessBuilder of(List<String> by, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(by);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}

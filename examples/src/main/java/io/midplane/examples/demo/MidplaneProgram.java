package io.midplane.examples.demo;

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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.midplane.node.Main");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}

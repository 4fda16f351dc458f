package io.midplane.node;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Options that several commands for frames have. */
final class PacketOptions {
  private static final String ROUTER = "--vr";

  private PacketOptions() {}

  static void declareRouter(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(ROUTER)
            .type(String.class)
            .paramLabel("VR")
            .description("The virtual router it is in: a network namespace of ip netns.")
            .build());
  }

  static String router(ParseResult line) {
    return line.matchedOptionValue(ROUTER, "");
  }

  static void declareNumber(CommandSpec spec, String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .type(long.class)
            .paramLabel(label)
            .description(description)
            .build());
  }

  /** A number in its range. */
  static long number(ParseResult line, String name, long otherwise, long least, long most) {
    long value = line.<Long>matchedOptionValue(name, otherwise);
    if (value < least || value > most) {
      throw new ParameterException(
          line.commandSpec().commandLine(),
          name + ": " + value + " (expected: " + least + " to " + most + ")");
    }
    return value;
  }
}

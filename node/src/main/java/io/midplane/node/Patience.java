package io.midplane.node;

import io.midplane.protocol.ClientSettings;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The option {@code --timeout}: how long a command waits for the node's answer. */
final class Patience {
  private static final String NAME = "--timeout";
  private static final double LEAST_SECONDS = 0.001;
  private static final double MOST_SECONDS = 1_000_000;

  private Patience() {}

  static void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(NAME)
            .type(double.class)
            .paramLabel("SECONDS")
            .description(
                "Waits so long for the answer, and for each next part of a long one (default: "
                    + ClientSettings.DEFAULT_TIMEOUT.toSeconds()
                    + ").")
            .build());
  }

  static Duration of(ParseResult line) {
    if (!line.hasMatchedOption(NAME)) {
      return ClientSettings.DEFAULT_TIMEOUT;
    }
    double seconds = line.<Double>matchedOptionValue(NAME, 0.0);
    if (!(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS)) {
      throw new ParameterException(
          line.commandSpec().commandLine(),
          NAME + ": " + seconds + " (expected: 0.001 to 1000000 seconds)");
    }
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}

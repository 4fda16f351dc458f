package io.midplane.node;

import io.midplane.gateways.Gateway;
import io.midplane.gateways.Group;
import io.midplane.gateways.GroupSettings;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** A command on gateways that it makes of specs and ends when it is through. */
abstract class GatewayCommand implements Command {
  private static final double MOST_SECONDS = 1e9;

  /** What comes before the gateways; empty for nothing. */
  String firstArgument() {
    return "";
  }

  /** What came there. */
  final String first(ParseResult line) {
    return line.matchedPositionalValue(0, "");
  }

  @Override
  public void declare(CommandSpec spec) {
    boolean alone = firstArgument().isEmpty();
    if (!alone) {
      spec.addPositional(
          PositionalParamSpec.builder()
              .index("0")
              .type(String.class)
              .paramLabel(firstArgument())
              .description("What it is about.")
              .build());
    }
    spec.addPositional(
        PositionalParamSpec.builder()
            .index(alone ? "0..*" : "1..*")
            .arity("1..*")
            .type(String[].class)
            .paramLabel("SPEC")
            .description("A gateway: popen, popen//python=python3, ssh=HOST, socket=HOST:PORT, …")
            .build());
  }

  static void timeout(CommandSpec spec, String description) {
    spec.addOption(
        OptionSpec.builder("--timeout")
            .type(Double.class)
            .paramLabel("SECONDS")
            .description(description)
            .build());
  }

  @Override
  public final int run(ParseResult line, CommandContext context) throws Exception {
    int at = firstArgument().isEmpty() ? 0 : 1;
    List<String> specs = List.of(line.matchedPositionalValue(at, new String[0]));
    if (specs.isEmpty()) {
      throw wrong(line, "no gateway (expected: SPEC…)");
    }
    check(line);
    StoreCommand.logQuietly();
    GroupSettings settings =
        GroupSettings.defaults().withOutput((id, text) -> context.progress(id + ": " + text));
    try (Group group = Group.open(settings)) {
      List<Gateway> gateways = specs.stream().map(group::makeGateway).toList();
      return run(gateways, line, context);
    }
  }

  /** Refuses a wrong command line before anything is started. */
  void check(ParseResult line) {}

  abstract int run(List<Gateway> gateways, ParseResult line, CommandContext context)
      throws Exception;

  static ParameterException wrong(ParseResult line, String text) {
    return new ParameterException(line.commandSpec().commandLine(), text);
  }

  /** How long {@code --timeout} says; for ever without. */
  static Duration timeout(ParseResult line) {
    Double seconds = line.matchedOptionValue("--timeout", null);
    if (seconds == null) {
      return Duration.ofDays(36_500);
    }
    if (!(seconds >= 0 && seconds <= MOST_SECONDS)) {
      throw wrong(line, "--timeout: " + seconds + " (expected: 0 to 1e9 seconds)");
    }
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}

package io.midplane.node;

import io.midplane.protocol.MidplaneClient;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code config show}: a configuration as text. */
final class ConfigShow implements Command {
  @Override
  public String name() {
    return "show";
  }

  @Override
  public String summary() {
    return "Prints the running configuration, or a saved one, a row a line.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder("--saved")
            .type(String.class)
            .paramLabel("NAME")
            .description("Prints this saved configuration.")
            .build());
    Patience.declare(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    String saved = line.matchedOptionValue("--saved", null);
    String text;
    try (MidplaneClient node = context.connect(Patience.of(line))) {
      text = saved == null ? node.configuration().show() : node.configuration().show(saved);
    }
    if (context.json()) {
      JsonLines lines = new JsonLines(context.out());
      text.lines().forEach(row -> lines.print(json -> json.writeStringField("line", row)));
    } else {
      context.out().print(text);
    }
    return ExitStatus.OK;
  }
}

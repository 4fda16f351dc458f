package io.midplane.node;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code node start}: serves until told to stop. */
final class NodeStart implements Command {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public String summary() {
    return "Starts a node in the foreground; prints \"ready ADDRESS\" once it serves.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder("--config")
            .type(Path.class)
            .paramLabel("FILE")
            .description("Settings of the node, HOCON.")
            .build());
    spec.addOption(
        OptionSpec.builder("--agent")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .paramLabel("CLASS[=NAME]")
            .description(
                "An agent to start; its name is the class's without \"Agent\", in lower case,"
                    + " unless given. May be repeated.")
            .build());
    spec.addOption(
        OptionSpec.builder("--name")
            .type(String.class)
            .paramLabel("NAME")
            .description("The node's name (default: midplane).")
            .build());
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    var options =
        new Daemon.Options(
            context.dataDirectory(),
            context.socket(),
            line.matchedOptionValue("--config", null),
            line.matchedOptionValue("--name", null),
            line.matchedOptionValue("--agent", List.of()));
    return new Daemon(options, context.out()).run();
  }
}

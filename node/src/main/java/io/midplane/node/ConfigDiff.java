package io.midplane.node;

import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.RemoteConfiguration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code config diff}: what differs between two configurations. */
final class ConfigDiff implements Command {
  @Override
  public String name() {
    return "diff";
  }

  @Override
  public String summary() {
    return "Prints the rows in which two configurations differ.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Columns.declareWord(spec, 0, "0..1", "A", "A saved configuration; default: the selected one.");
    Columns.declareWord(spec, 1, "0..1", "B", "A saved configuration; default: the running one.");
    Patience.declare(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    String text;
    try (MidplaneClient node = context.connect(Patience.of(line))) {
      text = diff(node.configuration(), Columns.word(line, 0), Columns.word(line, 1));
    }
    if (context.json()) {
      JsonLines lines = new JsonLines(context.out());
      text.lines().forEach(row -> lines.print(json -> json.writeStringField("line", row)));
    } else {
      context.out().print(text);
    }
    return ExitStatus.OK;
  }

  private static String diff(RemoteConfiguration configuration, String from, String to) {
    if (from.isEmpty()) {
      return configuration.diff();
    }
    return to.isEmpty() ? configuration.diff(from) : configuration.diff(from, to);
  }
}

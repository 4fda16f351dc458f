package io.midplane.node;

import io.midplane.protocol.MidplaneClient;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code config use}: which saved configuration the next start loads. */
final class ConfigUse implements Command {
  @Override
  public String name() {
    return "use";
  }

  @Override
  public String summary() {
    return "Selects the saved configuration that the next start loads.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Columns.declareWord(spec, 0, "1", "NAME", "Its name; midplane config list lists them.");
    Patience.declare(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    String name = Columns.word(line, 0);
    try (MidplaneClient node = context.connect(Patience.of(line))) {
      node.configuration().use(name);
    }
    if (context.json()) {
      new JsonLines(context.out())
          .print(json -> {
            json.writeStringField("name", name);
            json.writeBooleanField("selected", true);
          });
    } else {
      context.out().println("selected " + name + "; the next start loads it");
    }
    return ExitStatus.OK;
  }
}

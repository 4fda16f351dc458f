package io.midplane.node;

import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.RemoteConfiguration;
import io.midplane.protocol.SavedConfiguration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code config save}: the running configuration into a file. */
final class ConfigSave implements Command {
  @Override
  public String name() {
    return "save";
  }

  @Override
  public String summary() {
    return "Saves the running configuration and selects it for the next start.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Columns.declareWord(spec, 0, "0..1", "NAME", "Its name; default: the selected one.");
    Patience.declare(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    String name = Columns.word(line, 0);
    SavedConfiguration saved;
    try (MidplaneClient node = context.connect(Patience.of(line))) {
      RemoteConfiguration configuration = node.configuration().onNotice(context::progress);
      saved = name.isEmpty() ? configuration.save() : configuration.save(name);
    }
    if (context.json()) {
      new JsonLines(context.out()).print(json -> ConfigList.write(json, saved));
    } else {
      context.out().println("saved " + saved.name() + " (" + saved.bytes() + " bytes)");
    }
    return ExitStatus.OK;
  }
}

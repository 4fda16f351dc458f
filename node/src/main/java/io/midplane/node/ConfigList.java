package io.midplane.node;

import com.fasterxml.jackson.core.JsonGenerator;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.SavedConfiguration;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code config list}: the saved configurations. */
final class ConfigList implements Command {
  @Override
  public String name() {
    return "list";
  }

  @Override
  public String summary() {
    return "Lists the saved configurations; * marks the selected one.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Patience.declare(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    List<SavedConfiguration> saved;
    try (MidplaneClient node = context.connect(Patience.of(line))) {
      saved = node.configuration().list();
    }
    if (context.json()) {
      JsonLines lines = new JsonLines(context.out());
      saved.forEach(one -> lines.print(json -> write(json, one)));
    } else {
      Listing listing = new Listing(context.out(), List.of("", "name", "saved", "bytes"));
      saved.forEach(one ->
          listing.add(List.of(one.selected() ? "*" : "", one.name(), one.saved(), one.bytes())));
      listing.end();
    }
    return ExitStatus.OK;
  }

  static void write(JsonGenerator json, SavedConfiguration saved) throws IOException {
    json.writeStringField("name", saved.name());
    json.writeBooleanField("selected", saved.selected());
    json.writeStringField("time", saved.saved().toString());
    json.writeNumberField("bytes", saved.bytes());
  }
}

package io.midplane.node;

import com.fasterxml.jackson.core.JsonGenerator;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.RemoteEvent;
import io.midplane.protocol.RemoteEvents;
import java.io.IOException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code events watch}: events as they happen, until interrupted. */
final class EventsWatch implements Command {
  @Override
  public String name() {
    return "watch";
  }

  @Override
  public String summary() {
    return "Prints events as they happen, until interrupted.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Columns.declareWord(
        spec, 0, "0..1", "PREFIX", "First parts of event ids, cm.vlan for instance.");
    spec.addOption(
        OptionSpec.builder("--max")
            .type(long.class)
            .paramLabel("N")
            .description("Ends after N events.")
            .build());
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    String prefix = Columns.word(line, 0);
    long max = line.<Long>matchedOptionValue("--max", Long.MAX_VALUE);
    if (max < 1) {
      throw new ParameterException(
          line.commandSpec().commandLine(), "--max: " + max + " (expected: at least 1)");
    }
    JsonLines lines = context.json() ? new JsonLines(context.out()) : null;
    try (MidplaneClient node = context.connect();
        RemoteEvents events = node.watch(prefix)) {
      context.progress("watching " + (prefix.isEmpty() ? "all events" : prefix) + ", Ctrl-C ends");
      long left = max;
      long dropped = 0;
      for (RemoteEvent event : events) {
        if (events.dropped() > dropped) {
          context.progress((events.dropped() - dropped) + " events missed: this reader is slow");
          dropped = events.dropped();
        }
        print(event, lines, context.out());
        if (--left == 0 || context.out().checkError()) {
          break;
        }
      }
    }
    return ExitStatus.OK;
  }

  private static void print(RemoteEvent event, @Nullable JsonLines lines, PrintStream out) {
    if (lines != null) {
      lines.print(json -> write(json, event));
    } else {
      out.println(event.time() + " " + event.id() + " " + Texts.of(event.data().toString()));
    }
  }

  private static void write(JsonGenerator json, RemoteEvent event) throws IOException {
    json.writeStringField("id", event.id());
    json.writeStringField("time", event.time().toString());
    json.writeStringField("publisher", event.publisher());
    json.writeNumberField("sequence", event.sequence());
    json.writeFieldName("data");
    JsonLines.row(json, event.data());
  }
}

package io.midplane.node;

import com.fasterxml.jackson.core.JsonGenerator;
import io.midplane.protocol.AgentInfo;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.NodeInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code node status}: the node and its agents. */
final class NodeStatus implements Command {
  @Override
  public String name() {
    return "status";
  }

  @Override
  public String summary() {
    return "Shows the node's state and that of its agents.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Patience.declare(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    NodeInfo info;
    try (MidplaneClient node = context.connect(Patience.of(line))) {
      info = node.status();
    }
    if (context.json()) {
      new JsonLines(context.out()).print(json -> write(json, info));
    } else {
      print(context.out(), info);
    }
    return ExitStatus.OK;
  }

  private static void print(PrintStream out, NodeInfo info) {
    Map<String, @Nullable Object> sheet = new LinkedHashMap<>();
    sheet.put("node", info.name() + " " + info.version());
    sheet.put("state", info.state());
    sheet.put("pid", info.pid());
    sheet.put("started", info.started());
    sheet.put("data", info.dataDirectory());
    sheet.put("config", config(info));
    Listing.sheet(out, sheet);
    if (!info.agents().isEmpty()) {
      out.println();
    }
    Listing agents = new Listing(out, List.of("agent", "state", "restarts", "started", "remark"));
    for (AgentInfo agent : info.agents()) {
      agents.add(
          List.of(
              agent.name(),
              agent.state(),
              (long) agent.restarts(),
              text(agent.started()),
              agent.failure().or(agent::waitingFor).orElse("-")));
    }
    agents.end();
  }

  private static String config(NodeInfo info) {
    String selected = info.selected().map(name -> "selected " + name).orElse("none saved");
    return info.dirty() ? selected + ", with unsaved changes" : selected;
  }

  private static String text(Optional<Instant> time) {
    return time.map(Instant::toString).orElse("-");
  }

  private static void write(JsonGenerator json, NodeInfo info) throws IOException {
    json.writeStringField("name", info.name());
    json.writeStringField("version", info.version());
    json.writeStringField("state", info.state());
    json.writeNumberField("pid", info.pid());
    json.writeStringField("started", info.started().toString());
    json.writeStringField("data", info.dataDirectory().toString());
    json.writeBooleanField("dirty", info.dirty());
    json.writeStringField("selected", info.selected().orElse(null));
    json.writeArrayFieldStart("agents");
    for (AgentInfo agent : info.agents()) {
      json.writeStartObject();
      json.writeStringField("name", agent.name());
      json.writeStringField("state", agent.state());
      json.writeNumberField("restarts", agent.restarts());
      json.writeStringField("started", agent.started().map(Instant::toString).orElse(null));
      json.writeStringField("failure", agent.failure().orElse(null));
      json.writeStringField("waitingFor", agent.waitingFor().orElse(null));
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}

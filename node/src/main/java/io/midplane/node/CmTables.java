package io.midplane.node;

import com.fasterxml.jackson.core.JsonGenerator;
import io.midplane.protocol.ColumnInfo;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.TableInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code cm tables}: what can be configured. */
final class CmTables implements Command {
  @Override
  public String name() {
    return "tables";
  }

  @Override
  public String summary() {
    return "Lists the tables of all agents with their columns.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Patience.declare(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    List<TableInfo> tables;
    try (MidplaneClient node = context.connect(Patience.of(line))) {
      tables = node.configuration().tables();
    }
    if (context.json()) {
      JsonLines lines = new JsonLines(context.out());
      tables.forEach(table -> lines.print(json -> write(json, table)));
    } else {
      print(context.out(), tables);
    }
    return ExitStatus.OK;
  }

  private static void print(PrintStream out, List<TableInfo> tables) {
    Listing listing =
        new Listing(out, List.of("table", "agent", "saved", "key", "columns", "operations"));
    for (TableInfo table : tables) {
      List<ColumnInfo> others = table.columns().stream().filter(column -> !column.key()).toList();
      listing.add(
          List.of(
              table.name(),
              table.agent(),
              table.persistent() ? "yes" : "no",
              described(table.key()),
              described(others),
              table.operations().isEmpty() ? "-" : table.operations()));
    }
    listing.end();
  }

  private static List<String> described(List<ColumnInfo> columns) {
    return columns.stream().map(column -> column.name() + ":" + column.type().word()).toList();
  }

  private static void write(JsonGenerator json, TableInfo table) throws IOException {
    json.writeStringField("table", table.name());
    json.writeStringField("agent", table.agent());
    json.writeBooleanField("persistent", table.persistent());
    json.writeArrayFieldStart("columns");
    for (ColumnInfo column : table.columns()) {
      json.writeStartObject();
      json.writeStringField("name", column.name());
      json.writeStringField("type", column.type().word());
      json.writeBooleanField("key", column.key());
      json.writeBooleanField("required", column.required());
      json.writeFieldName("default");
      JsonLines.value(json, column.defaultValue());
      json.writeStringField("description", column.description());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeFieldName("operations");
    JsonLines.value(json, table.operations());
  }
}

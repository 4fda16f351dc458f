package io.midplane.protocol;

import io.midplane.protocol.northbound.v1.AgentStatus;
import io.midplane.protocol.northbound.v1.Column;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.StatusReply;
import io.midplane.protocol.northbound.v1.Table;
import io.midplane.protocol.northbound.v1.TablesReply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns answers of a node into the types that users see. */
final class Replies {
  private Replies() {}

  static NodeInfo node(StatusReply reply) {
    var agents = new ArrayList<AgentInfo>();
    for (AgentStatus agent : reply.getAgentsList()) {
      agents.add(agent(agent));
    }
    return new NodeInfo(
        reply.getName(),
        reply.getVersion(),
        reply.getPid(),
        Path.of(reply.getDataFolder()),
        reply.getState(),
        ValueCodec.instant(reply.getStartedMicros()),
        agents,
        reply.getDirty(),
        present(reply.getSelected()));
  }

  private static AgentInfo agent(AgentStatus agent) {
    Optional<Instant> started =
        agent.getStartedMicros() == 0
            ? Optional.empty()
            : Optional.of(ValueCodec.instant(agent.getStartedMicros()));
    return new AgentInfo(
        agent.getName(),
        agent.getState(),
        agent.getRestarts(),
        started,
        present(agent.getFailure()),
        present(agent.getWaitingFor()));
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  static List<TableInfo> tables(TablesReply reply) {
    var tables = new ArrayList<TableInfo>();
    for (Table table : reply.getTablesList()) {
      var columns = new ArrayList<ColumnInfo>();
      for (Column column : table.getColumnsList()) {
        columns.add(column(column));
      }
      tables.add(
          new TableInfo(
              table.getName(),
              table.getAgent(),
              table.getPersistent(),
              columns,
              table.getOperationsList()));
    }
    return List.copyOf(tables);
  }

  private static ColumnInfo column(Column column) {
    @Nullable Object defaultValue =
        column.hasDefault() ? ValueCodec.valueFromProto(column.getDefault()) : null;
    return new ColumnInfo(
        column.getName(),
        type(column.getType()),
        column.getKey(),
        column.getRequired(),
        defaultValue,
        column.getDescription());
  }

  /** A type of a later version is shown as text: that is how its values are written. */
  private static ColumnType type(io.midplane.protocol.northbound.v1.ColumnType type) {
    return switch (type) {
      case COLUMN_TYPE_INTEGER -> ColumnType.INTEGER;
      case COLUMN_TYPE_FLAG -> ColumnType.FLAG;
      case COLUMN_TYPE_REAL -> ColumnType.REAL;
      case COLUMN_TYPE_DATA -> ColumnType.DATA;
      case COLUMN_TYPE_LIST -> ColumnType.LIST;
      case COLUMN_TYPE_TEXT, COLUMN_TYPE_UNSPECIFIED, UNRECOGNIZED -> ColumnType.TEXT;
    };
  }

  static SavedConfiguration saved(io.midplane.protocol.northbound.v1.SavedConfiguration saved) {
    return new SavedConfiguration(
        saved.getName(),
        saved.getSelected(),
        ValueCodec.instant(saved.getSavedMicros()),
        saved.getBytes());
  }

  static @Nullable Void nothing(Reply reply) {
    return null;
  }
}

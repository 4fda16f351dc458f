package io.midplane.cm;

import io.midplane.actors.EventBus.Publisher;
import io.midplane.actors.EventId;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.CmBackendProtocol.Rows;
import io.midplane.protocol.Row;
import io.midplane.protocol.TableInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table together with the handler that serves it in one agent: the actions, step by step. Each
 * runs on the thread that has the turn; the agent's actor gives turns.
 */
final class BoundTable<R extends Record> {

  /** A getnext answers no more rows at once, whoever asks for more. */
  static final int MAX_ROWS = 10_000;

  /** How the agent declared it. */
  record Options(boolean persistent, Set<ActionKind> async, boolean parallelGets) {}

  private final Publisher events;
  private final Table<R> table;
  private final TableHandler<R> handler;
  private final Options options;
  private final EventId setEvent;
  private final Map<String, EventId> operationEvents = new HashMap<>();

  /** Its changes are published in the name of the agent, by {@code events}. */
  BoundTable(Publisher events, Table<R> table, TableHandler<R> handler, Options options) {
    this.events = events;
    this.table = table;
    this.handler = handler;
    this.options = options;
    this.setEvent = EventId.of("cm", table.name(), "set");
    table.operations().forEach(this::addEvent);
    table.tableOperations().forEach(this::addEvent);
  }

  private void addEvent(String operation) {
    operationEvents.put(operation, EventId.of("cm", table.name(), operation));
  }

  String name() {
    return table.name();
  }

  Table<R> table() {
    return table;
  }

  boolean isPersistent() {
    return options.persistent();
  }

  boolean isAsync(ActionKind kind) {
    return options.async().contains(kind);
  }

  /** Whether such an action may run beside others of its kind. */
  boolean isShared(ActionKind kind) {
    return options.parallelGets() && kind.isRead();
  }

  TableInfo info(String agent) {
    return table.info(agent, isPersistent());
  }

  Row get(CmContext context, Key given, List<String> columns) throws Exception {
    Key key = table.accept(given);
    checkColumns(columns);
    R record = handler.get(context.about(key), key);
    context.checkNotRaised();
    if (record == null) {
      throw noRow(key);
    }
    return project(table.toRow(record), columns);
  }

  /** Rows behind a key, one call of the handler each. */
  Rows getNext(CmContext context, @Nullable Key given, int max, List<String> columns)
      throws Exception {
    Key after = given == null ? null : table.accept(given);
    checkColumns(columns);
    int limit = limit(max);
    List<Row> rows = new ArrayList<>(Math.min(limit, 16));
    boolean more = true;
    while (more && rows.size() < limit && !context.isAbandoned()) {
      R record = handler.getNext(context.about(after), after);
      context.checkNotRaised();
      more = context.hasMore();
      if (record == null) {
        checkNoMore(after, more);
        break;
      }
      after = checkedNext(after, record);
      rows.add(project(table.toRow(record), columns));
    }
    return new Rows(rows, more);
  }

  private int limit(int max) {
    if (max < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "%s: max %d (expected: at least 1)".formatted(name(), max));
    }
    return Math.min(max, MAX_ROWS);
  }

  private void checkNoMore(@Nullable Key after, boolean more) {
    if (more) {
      throw new MidplaneException(
          ErrorCode.INTERNAL,
          "%s: getNext(%s) said more() without a row (expected: a row, or no more())"
              .formatted(name(), after));
    }
  }

  /** The key to go on from; it must have grown, or a walk might never end. */
  private Key checkedNext(@Nullable Key after, R record) {
    Key key = table.keyOf(record);
    if (after != null && key.compareTo(after) <= 0) {
      throw new MidplaneException(
          ErrorCode.INTERNAL,
          "%s: getNext(%s) answered row %s (expected: one behind it)"
              .formatted(name(), after, key));
    }
    return key;
  }

  /** The answer is the row afterwards. */
  Row set(CmContext context, Row given) throws Exception {
    refuseIfReadOnly();
    Row accepted = table.accept(given);
    Key key = table.keyIn(accepted);
    context.with(accepted);
    R before = handler.get(context, key);
    context.checkNotRaised();
    var change = new Change<>(key, accepted, before, table.merge(before, accepted));
    handler.check(context, change);
    context.checkNotRaised();
    handler.apply(context, change);
    context.checkNotRaised();
    Row after = table.toRow(change.after());
    events.publish(setEvent, after);
    return after;
  }

  void operate(CmContext context, String operation, Row given) throws Exception {
    EventId event = operationEvents.get(operation);
    if (event == null) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND,
          "%s: no operation %s (expected: %s)".formatted(name(), operation, operations()));
    }
    refuseIfReadOnly();
    Row accepted = table.accept(given);
    context.with(accepted);
    R row = table.operations().contains(operation) ? existing(context, accepted) : null;
    var op = new Op<R>(operation, accepted, row);
    handler.checkOperation(context, op);
    context.checkNotRaised();
    handler.applyOperation(context, op);
    context.checkNotRaised();
    events.publish(event, row == null ? accepted : table.toRow(row).merged(accepted));
  }

  private R existing(CmContext context, Row params) throws Exception {
    Key key = table.keyIn(params);
    R row = handler.get(context, key);
    context.checkNotRaised();
    if (row == null) {
      throw noRow(key);
    }
    return row;
  }

  private String operations() {
    return operationEvents.isEmpty()
        ? "none, it has no operations"
        : String.join(", ", operationEvents.keySet().stream().sorted().toList());
  }

  private void refuseIfReadOnly() {
    if (table.isReadOnly()) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED, "%s: the table is read-only".formatted(name()));
    }
  }

  private void checkColumns(List<String> columns) {
    for (String column : columns) {
      table.column(column);
    }
  }

  private static Row project(Row row, List<String> columns) {
    if (columns.isEmpty()) {
      return row;
    }
    Row.Builder projected = Row.builder();
    columns.forEach(column -> projected.put(column, row.get(column)));
    return projected.build();
  }

  private MidplaneException noRow(Key key) {
    return new MidplaneException(ErrorCode.NOT_FOUND, "%s: no row %s".formatted(name(), key));
  }
}

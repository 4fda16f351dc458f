package io.midplane.testkit;

import akka.actor.typed.javadsl.Adapter;
import io.midplane.actors.AgentHandle;
import io.midplane.actors.Midplane;
import io.midplane.actors.ProcessState;
import io.midplane.calls.Category;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.Configuration;
import io.midplane.cm.Key;
import io.midplane.cm.Page;
import io.midplane.protocol.ColumnInfo;
import io.midplane.protocol.Row;
import io.midplane.protocol.TableInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The agent that a {@link CmAgentContract} is about, in a runtime, as its clients see it. What it
 * does wrong becomes an {@link AssertionError} that names the rule and the way to keep it. Blocks.
 */
final class CmSubject {

  private static final String DELETE = "delete";

  private final CmAgentContract contract;
  private final Midplane midplane;
  private final Configuration config;
  private final AgentHandle handle;

  private CmSubject(CmAgentContract contract, Midplane midplane, AgentHandle handle) {
    this.contract = contract;
    this.midplane = midplane;
    this.config = Configuration.of(midplane);
    this.handle = handle;
  }

  /** Starts a new agent of the contract's. */
  static CmSubject start(CmAgentContract contract, Midplane midplane, String event) {
    AgentHandle handle =
        attempt(
            "B2",
            "a start through " + event,
            "READY; call event.ready() in it or soon after, and throw nothing",
            () -> midplane.spawn(contract.agent(), contract.agentName()));
    return new CmSubject(contract, midplane, handle);
  }

  /** Stops the agent and starts a new one, which loads what was saved. */
  CmSubject startAnew() {
    handle.stop();
    return start(contract, midplane, "onLoadStart, sets and onLoadComplete");
  }

  /** The agent's tables, in an order in which rows can be set. */
  List<TableInfo> tables() {
    List<TableInfo> all =
        config.tables().stream().filter(table -> table.agent().equals(handle.name())).toList();
    if (all.isEmpty()) {
      throw fault("the agent declares no table (expected: one at least)");
    }
    List<String> order = contract.tables();
    return order.isEmpty() ? all : order.stream().map(name -> named(all, name)).toList();
  }

  private static TableInfo named(List<TableInfo> all, String name) {
    return all.stream()
        .filter(table -> table.name().equals(name))
        .findAny()
        .orElseThrow(() ->
            fault(
                "tables(): the agent has no table %s (expected: %s)"
                    .formatted(name, all.stream().map(TableInfo::name).toList())));
  }

  List<TableInfo> persistentTables() {
    return tables().stream().filter(TableInfo::persistent).toList();
  }

  /** The rows that the contract wants set in a table. */
  List<Row> rows(TableInfo table) {
    List<Row> rows = contract.rows(table.name());
    if (rows.isEmpty() && table.persistent()) {
      throw fault(
          "rows(\"%s\"): none (expected: some, for it is persistent)".formatted(table.name()));
    }
    return rows;
  }

  /** The rows that the contract says the agent refuses. */
  List<Row> refusedRows(TableInfo table) {
    return contract.refusedRows(table.name());
  }

  boolean canDelete(TableInfo table) {
    return table.operations().contains(DELETE);
  }

  /** Sets all rows of all tables. */
  void setAll() {
    tables().forEach(table -> rows(table).forEach(row -> set(table, row)));
  }

  /** Deletes all rows of all tables that have operation delete, the defaults too. */
  void deleteAll() {
    for (TableInfo table : tables().reversed()) {
      if (canDelete(table)) {
        walk(table).forEach(row -> delete(table, row));
      }
    }
  }

  void set(TableInfo table, Row row) {
    attempt(
        "B8",
        "set %s %s".formatted(table.name(), row),
        "accepted, as rows() says",
        () -> {
          config.set(table.name(), row);
          return row;
        });
  }

  void delete(TableInfo table, Row row) {
    Row key = keyColumns(table, row);
    attempt(
        "B8",
        "op %s delete %s".formatted(table.name(), key),
        "accepted",
        () -> {
          config.op(table.name(), DELETE, key);
          return key;
        });
  }

  Row get(TableInfo table, Row row) {
    Row key = keyColumns(table, row);
    return attempt(
        "B8",
        "get %s %s".formatted(table.name(), key),
        "the row, which is there",
        () -> config.get(table.name(), key));
  }

  /** All rows, as a client walks them. */
  List<Row> walk(TableInfo table) {
    return attempt(
        "B9",
        "walk " + table.name(),
        "all rows, in the order of their keys",
        () -> {
          try (Stream<Row> rows = config.walk(table.name()).stream()) {
            return rows.toList();
          }
        });
  }

  /** One getnext. */
  Page next(TableInfo table, @Nullable Key after) {
    return attempt(
        "B9",
        "getnext %s after %s".formatted(table.name(), after == null ? "none" : after),
        "the first row behind that key, whether or not there is a row with it; null at the end",
        () -> config.page(table.name(), after, 1));
  }

  /** What all tables hold. */
  Map<String, List<Row>> contents(List<TableInfo> tables) {
    Map<String, List<Row>> contents = new LinkedHashMap<>();
    tables.forEach(table -> contents.put(table.name(), walk(table)));
    return contents;
  }

  void save() {
    attempt(
        "B6",
        "save",
        "saved; onSaveStart and onSaveComplete throw nothing",
        () -> config.save("contract"));
    checkReady("after a save");
  }

  /** Tries a save under a name. */
  @Nullable MidplaneException saveFails(String name) {
    return refusal(() -> config.save(name));
  }

  boolean isDirty() {
    return config.dirty();
  }

  /** The agent has to be READY; an event that failed makes it something else. */
  void checkReady(String when) {
    Mailboxes.workOff(
        Adapter.toClassic(midplane.system()),
        midplane.config().getDuration("midplane.testkit.patience"));
    Throwable failure = handle.failure().orElse(null);
    if (handle.state() != ProcessState.READY) {
      throw fault(
          failure,
          "B6: %s the agent is %s: %s (expected: READY; what an event throws fails the agent)"
              .formatted(when, handle.state(), failure));
    }
  }

  /** What a set is refused with; null if it is accepted. */
  @Nullable MidplaneException setRefusal(TableInfo table, Row row) {
    return refusal(() -> config.set(table.name(), row));
  }

  /** What a get is refused with; null if it is answered. */
  @Nullable MidplaneException getRefusal(TableInfo table, Row row) {
    return refusal(() -> config.get(table.name(), keyColumns(table, row)));
  }

  private static @Nullable MidplaneException refusal(Runnable request) {
    try {
      request.run();
      return null;
    } catch (MidplaneException refused) {
      return refused;
    }
  }

  /** A refusal has to be one in words; an exception of the handler's own is none. */
  static void checkRefused(String rule, String what, @Nullable MidplaneException refusal) {
    if (refusal == null) {
      throw fault("%s: %s was answered (expected: an error)".formatted(rule, what));
    }
    if (refusal.category() != Category.REFUSED) {
      throw fault(
          refusal,
          "%s: %s broke the handler: %s (expected: a refusal; return null or call raiseError)"
              .formatted(rule, what, refusal.getMessage()));
    }
  }

  /** The key columns of a row. */
  static Row keyColumns(TableInfo table, Row row) {
    Row.Builder key = Row.builder();
    table.key().forEach(column -> key.put(column.name(), row.get(column.name())));
    return key.build();
  }

  /** Whether two rows have one key, of which one may be given as text. */
  static boolean isSameKey(TableInfo table, Row one, Row other) {
    return keyColumns(table, one).toString().equals(keyColumns(table, other).toString());
  }

  /** The key of a row that came from the agent. */
  static Key key(TableInfo table, Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (ColumnInfo column : table.key()) {
      values.add(row.get(column.name()));
    }
    return Key.of(values.toArray());
  }

  /** What a contract's test fails with. */
  static AssertionError fault(String message) {
    return fault(null, message);
  }

  static AssertionError fault(@Nullable Throwable cause, String message) {
    return new AssertionError(message, cause);
  }

  /** Does what must not fail; a blocking call in the wrong place is told apart from the rest. */
  private static <T> T attempt(String rule, String what, String expected, Supplier<T> request) {
    try {
      return request.get();
    } catch (MidplaneException failure) {
      throw isDeadlock(failure)
          ? fault(
              failure,
              ("T4: %s made a blocking call where isAsync() is false: %s (expected: declared"
                      + " async(), asyncEvents(), or the Async twin)")
                  .formatted(what, failure.getMessage()))
          : fault(
              failure,
              "%s: %s failed: %s (expected: %s)"
                  .formatted(rule, what, failure.getMessage(), expected));
    }
  }

  private static boolean isDeadlock(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .anyMatch(DeadlockDetectedException.class::isInstance);
  }
}

package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ProcessName;
import io.midplane.protocol.Row;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is known of a table beyond its record class. Not thread-safe.
 *
 * <p>Every component is a column whether or not it is named here. A column has to be given for a
 * new row unless it has a {@link Default} or its component is annotated {@code @Nullable}.
 *
 * @param <R> a row
 */
public final class TableBuilder<R extends Record> {

  private final String name;
  private final Class<R> type;
  private final Map<String, RecordComponent> components = new LinkedHashMap<>();
  private final Map<String, List<ColumnOption>> options = new LinkedHashMap<>();
  private final List<String> keys = new ArrayList<>();
  private final List<String> operations = new ArrayList<>();
  private final List<String> tableOperations = new ArrayList<>();
  private boolean readOnly;
  private int version = 1;
  private @Nullable Migration migration;

  TableBuilder(String name, Class<R> type) {
    this.name = ProcessName.check(name, "table name");
    this.type = type;
    for (RecordComponent component : RecordCodec.components(type)) {
      ProcessName.check(component.getName(), "column name in table " + name);
      components.put(component.getName(), component);
    }
  }

  /**
   * Makes a column part of the key; several in the order of the calls. It may be text, an integer,
   * a boolean or an enum, and has no default.
   */
  public TableBuilder<R> key(String column, ColumnOption... rules) {
    keys.add(column);
    return column(column, rules);
  }

  /** Says more about a column. */
  public TableBuilder<R> column(String column, ColumnOption... rules) {
    if (!components.containsKey(column)) {
      throw invalid(
          "%s.%s: no such component (expected: %s)"
              .formatted(name, column, String.join(", ", components.keySet())));
    }
    if (options.putIfAbsent(column, List.of(rules)) != null) {
      throw new MidplaneException(
          ErrorCode.ALREADY_EXISTS, "%s.%s: described twice".formatted(name, column));
    }
    return this;
  }

  /**
   * Adds an operation on one row: its parameters name the row's key and may name further columns of
   * the table.
   */
  public TableBuilder<R> operation(String operation) {
    return add(operation, operations);
  }

  /** Adds an operation on the table as a whole: its parameters may name columns of the table. */
  public TableBuilder<R> tableOperation(String operation) {
    return add(operation, tableOperations);
  }

  private TableBuilder<R> add(String operation, List<String> to) {
    ProcessName.check(operation, "operation of table " + name);
    if (operation.equals("set")
        || operations.contains(operation)
        || tableOperations.contains(operation)) {
      throw new MidplaneException(
          ErrorCode.ALREADY_EXISTS, "%s: operation %s is there already".formatted(name, operation));
    }
    to.add(operation);
    return this;
  }

  /** Makes the table one that can only be read. */
  public TableBuilder<R> readOnly() {
    readOnly = true;
    return this;
  }

  /**
   * Numbers the present shape of the table; 1 unless said. A saved configuration of a later version
   * is refused.
   *
   * @param number greater than that of every shape before
   * @param toPresent turns rows of older versions into rows of this one
   */
  public TableBuilder<R> version(int number, Migration toPresent) {
    if (number < 1) {
      throw invalid("%s: version %d (expected: at least 1)".formatted(name, number));
    }
    version = number;
    migration = toPresent;
    return this;
  }

  /**
   * The table.
   *
   * @throws MidplaneException INVALID_ARGUMENT for a table without key, a component whose type no
   *     column can hold, and a default that breaks the column's own rules
   */
  public Table<R> build() {
    if (keys.isEmpty()) {
      throw invalid("table %s: no key (expected: at least one key column)".formatted(name));
    }
    List<ColumnSpec> columns = new ArrayList<>();
    for (RecordComponent component : components.values()) {
      columns.add(column(component));
    }
    return new Table<>(
        new TableShape<>(
            name, type, keys, operations, tableOperations, readOnly, version, migration),
        columns);
  }

  private ColumnSpec column(RecordComponent component) {
    String column = component.getName();
    Kind kind = Kind.of(component.getGenericType());
    if (kind == null) {
      throw invalid(
          ("%s.%s: %s (expected: String, an integer type, boolean, double, float, Bytes, an enum or"
                  + " a List of these)")
              .formatted(name, column, component.getGenericType().getTypeName()));
    }
    boolean key = keys.contains(column);
    boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    List<Check> checks = new ArrayList<>();
    Object fallback = null;
    String description = "";
    for (ColumnOption option : options.getOrDefault(column, List.of())) {
      switch (option) {
        case Check check -> checks.add(check);
        case Default(var value) -> fallback = value;
        case Description(var text) -> description = text;
      }
    }
    if (key) {
      checkKey(column, kind, nullable || fallback != null);
    }
    var bare =
        new ColumnSpec(name, column, kind, key, nullable, null, List.copyOf(checks), description);
    return fallback == null ? bare : withDefault(bare, fallback);
  }

  /** The default is what a caller could have given. */
  private static ColumnSpec withDefault(ColumnSpec column, Object given) {
    Object value = given instanceof Enum<?> constant ? constant.name() : given;
    Object fallback = column.accept(Row.of(column.name(), value).get(column.name()));
    return new ColumnSpec(
        column.table(),
        column.name(),
        column.kind(),
        column.key(),
        column.nullable(),
        fallback,
        column.checks(),
        column.description());
  }

  private void checkKey(String column, Kind kind, boolean optional) {
    boolean ordered =
        switch (kind.type()) {
          case TEXT, INTEGER, FLAG -> true;
          case REAL, DATA, LIST -> false;
        };
    if (!ordered) {
      throw invalid(
          "%s.%s: a key of type %s (expected: text, an integer or a boolean)"
              .formatted(name, column, kind.type().word()));
    }
    if (optional) {
      throw invalid(
          "%s.%s: a key with a default or @Nullable (expected: neither)".formatted(name, column));
    }
  }

  private static MidplaneException invalid(String message) {
    return new MidplaneException(ErrorCode.INVALID_ARGUMENT, message);
  }
}

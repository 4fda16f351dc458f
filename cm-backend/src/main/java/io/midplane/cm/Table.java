package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import io.midplane.protocol.TableInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a configuration table: a record class whose components are the columns, and what is
 * known of them. Immutable, hence thread-safe; nothing here blocks.
 *
 * <pre>{@code
 * record Vlan(String name, int id, List<String> ports) {}
 *
 * static final Table<Vlan> VLANS = Table.of("vlan", Vlan.class)
 *     .key("name", Check.identifier(32))
 *     .column("id", Check.range(1, 4094))
 *     .column("ports", Default.of(List.of()))
 *     .operation("delete")
 *     .build();
 * }</pre>
 *
 * <p>Components may be String, an integer type, boolean, double, float, {@link
 * io.midplane.protocol.Bytes}, an enum, or a List of these. A component annotated {@code @Nullable}
 * may be null, and is when nobody set it.
 *
 * @param <R> a row
 */
public final class Table<R extends Record> {

  private final String name;
  private final Class<R> type;
  private final RecordCodec<R> codec;
  private final ColumnSpec[] columns;
  private final int[] keyColumns;
  private final Map<String, Integer> indexes = new LinkedHashMap<>();
  private final TableShape<R> shape;

  Table(TableShape<R> shape, List<ColumnSpec> columns) {
    this.shape = shape;
    this.name = shape.name();
    this.type = shape.type();
    this.codec = RecordCodec.of(type);
    this.columns = columns.toArray(ColumnSpec[]::new);
    for (int i = 0; i < this.columns.length; i++) {
      indexes.put(this.columns[i].name(), i);
    }
    this.keyColumns = shape.keys().stream().mapToInt(indexes::get).toArray();
  }

  /**
   * Begins a table of this name, with the record's components as columns.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the name breaks the process-name rule or a
   *     component has a type that no column can hold
   */
  public static <R extends Record> TableBuilder<R> of(String name, Class<R> type) {
    return new TableBuilder<>(name, type);
  }

  /** Its name, unique in a runtime. */
  public String name() {
    return name;
  }

  /** The class of its rows. */
  public Class<R> type() {
    return type;
  }

  /** The version of its columns, as saved with its rows. */
  public int version() {
    return shape.version();
  }

  /** The names of its columns, in order. */
  public List<String> columns() {
    return List.copyOf(indexes.keySet());
  }

  /** The names of its key columns, in the order in which keys are compared. */
  public List<String> keyColumns() {
    return shape.keys();
  }

  /** Operations on one row. */
  public List<String> operations() {
    return shape.operations();
  }

  /** Operations on the table as a whole. */
  public List<String> tableOperations() {
    return shape.tableOperations();
  }

  /** Whether it takes no sets and no operations. */
  public boolean isReadOnly() {
    return shape.readOnly();
  }

  /** The key of a row. */
  public Key keyOf(R record) {
    Object[] values = new Object[keyColumns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Objects.requireNonNull(value(record, keyColumns[i]));
    }
    return new Key(values);
  }

  /** The record as a row: all columns, in order. */
  public Row toRow(R record) {
    Row.Builder row = Row.builder();
    for (int i = 0; i < columns.length; i++) {
      row.put(columns[i].name(), value(record, i));
    }
    return row.build();
  }

  /**
   * The row as a record: text is read as its column's type, columns that are not there get their
   * defaults.
   *
   * @throws MidplaneException INVALID_ARGUMENT for an unknown column, a value that breaks a rule
   *     and a missing column without a default
   */
  public R toRecord(Row row) {
    return merge(null, accept(row));
  }

  @Override
  public String toString() {
    return name + indexes.keySet();
  }

  TableInfo info(String agent, boolean persistent) {
    List<String> all = new ArrayList<>(operations());
    all.addAll(tableOperations());
    return new TableInfo(
        name, agent, persistent, List.of(columns).stream().map(ColumnSpec::info).toList(), all);
  }

  Optional<Migration> migration() {
    return Optional.ofNullable(shape.migration());
  }

  /** The column's description; refused if there is no such column. */
  ColumnSpec column(String column) {
    Integer index = indexes.get(column);
    if (index == null) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND,
          "%s.%s: no such column (expected: %s)"
              .formatted(name, column, String.join(", ", indexes.keySet())));
    }
    return columns[index];
  }

  /** The row with all values checked, and text read as its column's type. */
  Row accept(Row given) {
    Row.Builder accepted = Row.builder();
    given.asMap().forEach((column, value) -> accepted.put(column, column(column).accept(value)));
    return accepted.build();
  }

  /** The key with its values checked, and text read as its column's type. */
  Key accept(Key given) {
    if (given.size() != keyColumns.length) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "%s: key of %d values (expected: %s)"
              .formatted(name, given.size(), String.join(", ", keyColumns())));
    }
    Object[] values = new Object[keyColumns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Objects.requireNonNull(columns[keyColumns[i]].accept(given.get(i)));
    }
    return new Key(values);
  }

  /** The key in a row of key columns and no others. */
  Key acceptKey(Row given) {
    for (String column : given.columns()) {
      if (!column(column).key()) {
        throw new MidplaneException(
            ErrorCode.INVALID_ARGUMENT,
            "%s.%s: not part of the key (expected: %s)"
                .formatted(name, column, String.join(", ", keyColumns())));
      }
    }
    return keyIn(accept(given));
  }

  /** The key in an accepted row; refused if a key column is not there. */
  Key keyIn(Row accepted) {
    Object[] values = new Object[keyColumns.length];
    for (int i = 0; i < values.length; i++) {
      Object value = accepted.get(columns[keyColumns[i]].name());
      if (value == null) {
        throw missing(List.of(columns[keyColumns[i]].name()), keyColumns());
      }
      values[i] = value;
    }
    return new Key(values);
  }

  /** The key columns as a row; null values where there is no key. */
  Row keyRow(@Nullable Key key) {
    Row.Builder row = Row.builder();
    for (int i = 0; i < keyColumns.length; i++) {
      row.put(columns[keyColumns[i]].name(), key == null ? null : key.get(i));
    }
    return row.build();
  }

  /**
   * The record before with the accepted columns over it; a new one with defaults if there is none.
   */
  R merge(@Nullable R before, Row accepted) {
    @Nullable Object[] components = new @Nullable Object[columns.length];
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      ColumnSpec column = columns[i];
      if (accepted.has(column.name())) {
        components[i] = toJava(column, accepted.get(column.name()));
      } else if (before != null) {
        components[i] = codec.component(before, i);
      } else if (column.required()) {
        missing.add(column.name());
      } else {
        components[i] = toJava(column, column.fallback());
      }
    }
    if (!missing.isEmpty()) {
      throw missing(missing, requiredColumns());
    }
    try {
      return codec.make(components);
    } catch (IllegalArgumentException refused) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, name + ": " + refused.getMessage(), refused);
    }
  }

  private List<String> requiredColumns() {
    return Arrays.stream(columns).filter(ColumnSpec::required).map(ColumnSpec::name).toList();
  }

  private MidplaneException missing(List<String> names, List<String> wanted) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        "%s: no %s (expected: a value for %s)"
            .formatted(name, String.join(", no ", names), String.join(", ", wanted)));
  }

  private static @Nullable Object toJava(ColumnSpec column, @Nullable Object value) {
    return value == null ? null : column.kind().toJava(value);
  }

  private @Nullable Object value(R record, int index) {
    Object java = codec.component(record, index);
    return java == null ? null : columns[index].kind().toRow(java);
  }
}

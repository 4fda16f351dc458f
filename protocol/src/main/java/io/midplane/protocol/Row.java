package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Columns and their values, in order: what configuration tables, events and requests are made of.
 * Immutable, hence thread-safe; nothing here blocks.
 *
 * <p>A value is a {@link String}, {@link Long}, {@link Boolean}, {@link Double}, {@link Bytes}, a
 * {@link List} of these, or null. Smaller numbers widen ({@code int} to {@code Long}, {@code float}
 * to {@code Double}), a {@code byte[]} becomes {@code Bytes}; any other type is refused with
 * INVALID_ARGUMENT. Column names have 1 to 255 characters, a row at most {@value #MAX_COLUMNS}
 * columns, lists at most 8 levels.
 *
 * {@snippet :
 * var row = Row.of("name", "blue", "id", 7);
 * row.integer("id");             // 7
 * row.with("ports", List.of());  // {name=blue, id=7, ports=[]}
 * }
 */
public final class Row {
  /** The most columns of a row. */
  public static final int MAX_COLUMNS = 1000;

  private static final int MAX_NAME = 255;
  private static final Row EMPTY = new Row(new LinkedHashMap<>());

  private final Map<String, @Nullable Object> cells;

  private Row(Map<String, @Nullable Object> cells) {
    this.cells = cells;
  }

  /**
   * A row of these columns.
   *
   * @param columnsAndValues column, value, column, value …
   * @throws MidplaneException INVALID_ARGUMENT for an odd number of arguments, a column that is not
   *     a text or comes twice, and a value of another type
   */
  public static Row of(@Nullable Object... columnsAndValues) {
    if (columnsAndValues.length % 2 != 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "row: "
              + columnsAndValues.length
              + " arguments (expected: column, value, column, value …)");
    }
    var builder = builder();
    for (int i = 0; i < columnsAndValues.length; i += 2) {
      if (!(columnsAndValues[i] instanceof String column)) {
        throw new MidplaneException(
            ErrorCode.INVALID_ARGUMENT,
            "row: column " + i / 2 + " is " + columnsAndValues[i] + " (expected: a String)");
      }
      builder.put(column, columnsAndValues[i + 1]);
    }
    return builder.build();
  }

  /**
   * A row of the map's entries in the map's order.
   *
   * @throws MidplaneException INVALID_ARGUMENT for a value of another type
   */
  public static Row of(Map<String, ? extends @Nullable Object> columns) {
    var builder = builder();
    columns.forEach(builder::put);
    return builder.build();
  }

  /** The row without columns. */
  public static Row empty() {
    return EMPTY;
  }

  /** Collects columns one by one. */
  public static Builder builder() {
    return new Builder();
  }

  /** The names of the columns, in order; cannot be changed. */
  public Set<String> columns() {
    return Collections.unmodifiableSet(cells.keySet());
  }

  /** Whether there is such a column, also if its value is null. */
  public boolean has(String column) {
    return cells.containsKey(column);
  }

  /** Whether there are no columns. */
  public boolean isEmpty() {
    return cells.isEmpty();
  }

  /** The column's value; null for null and for a column that is not there. */
  public @Nullable Object get(String column) {
    return cells.get(column);
  }

  /**
   * The text in a column.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the column is not there, null, or of another type
   */
  public String text(String column) {
    return get(column) instanceof String text ? text : refuse(column, ColumnType.TEXT);
  }

  /**
   * The integer in a column.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the column is not there, null, or of another type
   */
  public long integer(String column) {
    return get(column) instanceof Long integer ? integer : refuse(column, ColumnType.INTEGER);
  }

  /**
   * The truth value in a column.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the column is not there, null, or of another type
   */
  public boolean flag(String column) {
    return get(column) instanceof Boolean flag ? flag : refuse(column, ColumnType.FLAG);
  }

  /**
   * The floating-point number in a column.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the column is not there, null, or of another type
   */
  public double real(String column) {
    return get(column) instanceof Double real ? real : refuse(column, ColumnType.REAL);
  }

  /**
   * The bytes in a column.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the column is not there, null, or of another type
   */
  public Bytes data(String column) {
    return get(column) instanceof Bytes data ? data : refuse(column, ColumnType.DATA);
  }

  /**
   * The list in a column; it cannot be changed and may contain null.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the column is not there, null, or of another type
   */
  @SuppressWarnings("unchecked") // every list in a row was built by Values
  public List<@Nullable Object> list(String column) {
    return get(column) instanceof List<?> list
        ? (List<@Nullable Object>) list
        : refuse(column, ColumnType.LIST);
  }

  private <T> T refuse(String column, ColumnType expected) {
    Object value = get(column);
    String found =
        value != null
            ? value + " of type " + ColumnType.of(value).word()
            : has(column) ? "null" : "not in the row; its columns are " + cells.keySet();
    throw new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        "column " + column + ": " + found + " (expected: " + expected.word() + ")");
  }

  /** This row with a column replaced, or added at the end. */
  public Row with(String column, @Nullable Object value) {
    return builder().putAll(this).replace(column, value).build();
  }

  /** This row without a column; the same row if it is not there. */
  public Row without(String column) {
    if (!has(column)) {
      return this;
    }
    Map<String, @Nullable Object> rest = new LinkedHashMap<>(cells);
    rest.remove(column);
    return new Row(rest);
  }

  /** This row with the other row's columns replaced, or added at the end. */
  public Row merged(Row over) {
    var builder = builder().putAll(this);
    over.cells.forEach(builder::replace);
    return builder.build();
  }

  /** The columns and their values, in order; cannot be changed. */
  public Map<String, @Nullable Object> asMap() {
    return Collections.unmodifiableMap(cells);
  }

  /** Whether the other is a row with the same columns and values; their order does not matter. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Row that && cells.equals(that.cells);
  }

  @Override
  public int hashCode() {
    return cells.hashCode();
  }

  /** The columns in the form <code>{name=blue, id=7}</code>. */
  @Override
  public String toString() {
    return cells.toString();
  }

  /** Collects the columns of a row. Not thread-safe; each use of {@link #build()} ends it. */
  public static final class Builder {
    private LinkedHashMap<String, @Nullable Object> cells = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a column.
     *
     * @throws MidplaneException INVALID_ARGUMENT if the column is there already or the value is of
     *     another type
     */
    public Builder put(String column, @Nullable Object value) {
      if (cells.containsKey(column)) {
        throw new MidplaneException(
            ErrorCode.INVALID_ARGUMENT, "row: column " + column + " twice (expected: once)");
      }
      return replace(column, value);
    }

    private Builder putAll(Row row) {
      cells.putAll(row.cells);
      return this;
    }

    private Builder replace(String column, @Nullable Object value) {
      if (column.isEmpty() || column.length() > MAX_NAME) {
        throw new MidplaneException(
            ErrorCode.INVALID_ARGUMENT,
            "row: a column name of "
                + column.length()
                + " characters (expected: 1 to "
                + MAX_NAME
                + ")");
      }
      cells.put(column, Values.normalize(column, value));
      if (cells.size() > MAX_COLUMNS) {
        throw new MidplaneException(
            ErrorCode.LIMIT_EXCEEDED,
            "row: " + cells.size() + " columns (expected: at most " + MAX_COLUMNS + ")");
      }
      return this;
    }

    /** The row; the builder begins anew. */
    public Row build() {
      var built = cells;
      cells = new LinkedHashMap<>();
      return built.isEmpty() ? EMPTY : new Row(built);
    }
  }
}

package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Cursor} executes, put together step by step; all columns are of one table. Each
 * method answers this object. Not thread-safe while it is being put together.
 */
public final class Request {

  /** What is to be done. */
  enum Kind {
    GET,
    GET_NEXT,
    SET,
    OPERATION
  }

  private final Kind kind;
  private final String table;
  private final String operation;
  private final Map<String, Column> fields = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> indexes = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> params = new LinkedHashMap<>();

  private Request(Kind kind, String table, String operation) {
    this.kind = kind;
    this.table = table;
    this.operation = operation;
  }

  /** Reads one row; its key is given by indexes or parameters. */
  public static Request get(String table) {
    return new Request(Kind.GET, table, "");
  }

  /** Reads all rows, or those behind the one that the indexes name. */
  public static Request getNext(String table) {
    return new Request(Kind.GET_NEXT, table, "");
  }

  /** Changes one row: all parameters in one action of the agent. */
  public static Request set(String table) {
    return new Request(Kind.SET, table, "");
  }

  /** Does an operation with these parameters. */
  public static Request op(String table, String operation) {
    return new Request(Kind.OPERATION, table, operation);
  }

  /**
   * Wants a column under a name of the caller's own. A request without fields wants all columns.
   *
   * @throws MidplaneException ALREADY_EXISTS if the name is taken
   */
  public Request addField(String name, Column column) {
    checkTable(column);
    if (fields.putIfAbsent(name, column) != null) {
      throw twice("field " + name);
    }
    return this;
  }

  /** Names an index column, for a walk from the first row. */
  public Request addIndex(Column column) {
    return addIndex(column, null);
  }

  /** Gives an index column's value: of the row to read, or of the row to walk on from. */
  public Request addIndex(Column column, @Nullable Object value) {
    checkTable(column);
    if (indexes.containsKey(column.name())) {
      throw twice("index " + column);
    }
    indexes.put(column.name(), value);
    return this;
  }

  /** Gives a parameter. */
  public Request addParam(Column column, @Nullable Object value) {
    checkTable(column);
    if (params.containsKey(column.name())) {
      throw twice("parameter " + column);
    }
    params.put(column.name(), value);
    return this;
  }

  private void checkTable(Column column) {
    if (!column.table().equals(table)) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "%s: in a request to table %s (expected: columns of one table)".formatted(column, table));
    }
  }

  private MidplaneException twice(String what) {
    return new MidplaneException(
        ErrorCode.ALREADY_EXISTS, "%s: twice in a request to table %s".formatted(what, table));
  }

  Kind kind() {
    return kind;
  }

  String table() {
    return table;
  }

  String operation() {
    return operation;
  }

  Map<String, Column> fields() {
    return new LinkedHashMap<>(fields);
  }

  /** The parameters as a row. */
  Row params() {
    return Row.of(params);
  }

  /** The key to read: the indexes and parameters together. */
  Row key() {
    return Row.of(indexes).merged(params());
  }

  /** The key to walk on from; null for the first row. */
  @Nullable Row after() {
    Row key = key();
    boolean fromTheFirst = key.asMap().values().stream().allMatch(value -> value == null);
    return fromTheFirst ? null : key;
  }
}

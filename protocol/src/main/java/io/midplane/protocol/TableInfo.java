package io.midplane.protocol;

import java.util.List;

/**
 * A table as its agent declares it. Immutable.
 *
 * @param name unique in the node
 * @param agent the agent that owns it
 * @param persistent whether its rows are part of a saved configuration
 * @param columns its columns in order
 * @param operations what {@link RemoteConfiguration#op} does with it
 */
public record TableInfo(
    String name,
    String agent,
    boolean persistent,
    List<ColumnInfo> columns,
    List<String> operations) {

  /** Keeps its own copies of the lists. */
  public TableInfo {
    columns = List.copyOf(columns);
    operations = List.copyOf(operations);
  }

  /** The columns that make up the key, in order. */
  public List<ColumnInfo> key() {
    return columns.stream().filter(ColumnInfo::key).toList();
  }
}

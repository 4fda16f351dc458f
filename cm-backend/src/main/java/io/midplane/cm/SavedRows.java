package io.midplane.cm;

import io.midplane.protocol.Row;
import java.util.List;

/**
 * The rows of one table as a configuration holds them. Immutable.
 *
 * @param table the table's name
 * @param agent the agent that owned it
 * @param version the version of its columns
 * @param keyColumns the columns that tell its rows apart
 * @param rows in the order of their keys
 */
record SavedRows(String table, String agent, int version, List<String> keyColumns, List<Row> rows) {

  SavedRows {
    keyColumns = List.copyOf(keyColumns);
    rows = List.copyOf(rows);
  }
}

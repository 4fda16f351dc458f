package io.midplane.cm;

import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import java.util.List;

/**
 * Consecutive rows of a table. Immutable.
 *
 * @param rows in the order of their keys; none if no row was there
 * @param more whether a further row followed the last one
 */
public record Page(List<Row> rows, boolean more) {

  /** Keeps its own copy. */
  public Page {
    rows = List.copyOf(rows);
  }

  /** What the row with this index says of those behind it: MORE, or SUCCESS at the end. */
  public RowStatus status(int index) {
    return more || index < rows.size() - 1 ? RowStatus.MORE : RowStatus.SUCCESS;
  }
}

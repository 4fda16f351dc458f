package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import org.jspecify.annotations.Nullable;

/**
 * A named operation on a row or a table. Immutable.
 *
 * @param name what to do
 * @param params the parameters, checked and of their columns' types
 * @param row the row it is about, which exists; null for an operation on the table as a whole
 */
public record Op<R extends Record>(String name, Row params, @Nullable R row) {

  /** The row it is about; only for an operation on a row. */
  public R existing() {
    if (row == null) {
      throw new MidplaneException(
          ErrorCode.INTERNAL, "operation " + name + ": it is one on the table, without a row");
    }
    return row;
  }
}

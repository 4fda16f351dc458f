package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ColumnInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One column of a table: its kind and its rules.
 *
 * @param table the table's name, for messages
 * @param nullable whether null is a value; such a column is null when nobody set it
 * @param fallback what a new row has when nobody set it, as a row value; null for none
 */
record ColumnSpec(
    String table,
    String name,
    Kind kind,
    boolean key,
    boolean nullable,
    @Nullable Object fallback,
    List<Check> checks,
    String description) {

  /** Whether a new row has to name it. */
  boolean required() {
    return !nullable && fallback == null;
  }

  ColumnInfo info() {
    return new ColumnInfo(name, kind.type(), key, required(), fallback, description);
  }

  /**
   * The row value for what a caller gave.
   *
   * @throws MidplaneException INVALID_ARGUMENT with the value and what is expected
   */
  @Nullable Object accept(@Nullable Object given) {
    if (given == null) {
      if (nullable) {
        return null;
      }
      throw refused("null", kind.expected());
    }
    Object value = kind.accept(given);
    if (value == null) {
      throw refused(quoted(given), kind.expected());
    }
    for (Check check : checks) {
      String refusal = check.refusal(value);
      if (refusal != null) {
        throw refused(quoted(value), refusal);
      }
    }
    return value;
  }

  private MidplaneException refused(String value, String expected) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        "%s.%s: %s (expected: %s)".formatted(table, name, value, expected));
  }

  private static String quoted(Object value) {
    return value instanceof String ? "\"" + value + "\"" : value.toString();
  }
}

package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A row of a cursor's result: texts and nulls under the caller's own names. Immutable.
 *
 * @param fields each field's text or null, in the order of the request
 * @param status MORE if a further row follows, otherwise SUCCESS
 */
public record ResultRow(Row fields, RowStatus status) {

  /** A field's text; lists with commas between their items. Null if the value is null. */
  public @Nullable String value(String field) {
    if (!fields.has(field)) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND,
          "field %s: not in the request (expected: %s)"
              .formatted(field, String.join(", ", fields.columns())));
    }
    return (String) fields.get(field);
  }

  static ResultRow of(List<Field> fields, Row row, RowStatus status) {
    Row.Builder texts = Row.builder();
    fields.forEach(field -> texts.put(field.name(), text(row.get(field.column().name()))));
    return new ResultRow(texts.build(), status);
  }

  private static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case List<?> items ->
          items.stream().map(item -> String.valueOf(text(item))).collect(Collectors.joining(","));
      default -> value.toString();
    };
  }
}

package io.midplane.protocol;

import io.midplane.protocol.northbound.v1.Key;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The key of one row as the caller gave it: by position or by name. Its text is for messages. */
record RowKey(Key message, Object text) {

  static RowKey of(@Nullable Object... values) {
    var list = Arrays.asList(values);
    return new RowKey(Key.newBuilder().setValues(ValueCodec.valuesToProto(list)).build(), list);
  }

  static RowKey of(Row columns) {
    return new RowKey(Key.newBuilder().setColumns(ValueCodec.toProto(columns)).build(), columns);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

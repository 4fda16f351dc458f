package io.midplane.protocol;

import com.google.protobuf.ByteString;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.value.v1.Cell;
import io.midplane.protocol.value.v1.Value;
import io.midplane.protocol.value.v1.ValueList;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows and values into the Protobuf messages of {@code midplane/value/v1/value.proto} and
 * back. Blocks: no. Thread-safe.
 */
public final class ValueCodec {
  private static final long MICROS = 1_000_000;
  private static final Value NULL = Value.getDefaultInstance();

  private ValueCodec() {}

  /** The message for a row. */
  public static io.midplane.protocol.value.v1.Row toProto(Row row) {
    var message = io.midplane.protocol.value.v1.Row.newBuilder();
    for (var cell : row.asMap().entrySet()) {
      message.addCells(
          Cell.newBuilder()
              .setColumn(cell.getKey())
              .setValue(value(cell.getKey(), cell.getValue())));
    }
    return message.build();
  }

  /**
   * The row in a message.
   *
   * @throws MidplaneException INVALID_ARGUMENT or LIMIT_EXCEEDED if it breaks a rule of {@link Row}
   */
  public static Row fromProto(io.midplane.protocol.value.v1.Row message) {
    checkColumns(message.getCellsCount());
    var row = Row.builder();
    for (Cell cell : message.getCellsList()) {
      row.put(cell.getColumn(), fromProto(cell.getColumn(), cell.getValue(), 0));
    }
    return row.build();
  }

  /**
   * The message for one value, as {@link Row} takes it.
   *
   * @throws MidplaneException INVALID_ARGUMENT for a value of another type
   */
  public static Value valueToProto(@Nullable Object value) {
    return value("value", Values.normalize("value", value));
  }

  /**
   * The value in a message, as {@link Row} returns it.
   *
   * @throws MidplaneException LIMIT_EXCEEDED for lists that are too deep
   */
  public static @Nullable Object valueFromProto(Value message) {
    return fromProto("value", message, 0);
  }

  /**
   * The message for several values, as {@link Row} takes them.
   *
   * @throws MidplaneException INVALID_ARGUMENT for a value of another type
   */
  public static ValueList valuesToProto(List<? extends @Nullable Object> values) {
    return valueToProto(values).getList();
  }

  /**
   * The values in a message, as {@link Row} returns them; cannot be changed.
   *
   * @throws MidplaneException LIMIT_EXCEEDED for lists that are too deep
   */
  public static List<@Nullable Object> valuesFromProto(ValueList message) {
    return list("value", message, 1);
  }

  /** Microseconds since 1970-01-01T00:00:00Z, as messages carry times; finer parts are dropped. */
  public static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), MICROS), (long) time.getNano() / 1000);
  }

  /** The time that messages carry as microseconds since 1970-01-01T00:00:00Z. */
  public static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000L);
  }

  private static void checkColumns(int count) {
    if (count > Row.MAX_COLUMNS) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "row: " + count + " columns (expected: at most " + Row.MAX_COLUMNS + ")");
    }
  }

  /** No pattern switch, as in {@link Values}. */
  private static Value value(String column, @Nullable Object value) {
    if (value == null) {
      return NULL;
    }
    if (value instanceof String text) {
      return Value.newBuilder().setText(text).build();
    }
    if (value instanceof Long integer) {
      return Value.newBuilder().setInteger(integer).build();
    }
    if (value instanceof Boolean flag) {
      return Value.newBuilder().setFlag(flag).build();
    }
    if (value instanceof Double real) {
      return Value.newBuilder().setReal(real).build();
    }
    if (value instanceof Bytes data) {
      return Value.newBuilder().setData(ByteString.copyFrom(data.toArray())).build();
    }
    if (value instanceof List<?> items) {
      var list = ValueList.newBuilder();
      for (Object item : items) {
        list.addItems(value(column, item));
      }
      return Value.newBuilder().setList(list).build();
    }
    throw Values.unsupported(column, value);
  }

  private static @Nullable Object fromProto(String column, Value value, int depth) {
    return switch (value.getKindCase()) {
      case TEXT -> value.getText();
      case INTEGER -> value.getInteger();
      case FLAG -> value.getFlag();
      case REAL -> value.getReal();
      case DATA -> Bytes.of(value.getData().toByteArray());
      case LIST -> list(column, value.getList(), depth + 1);
      case KIND_NOT_SET -> null;
    };
  }

  private static List<@Nullable Object> list(String column, ValueList message, int depth) {
    Values.checkDepth(column, depth);
    var items = new ArrayList<@Nullable Object>(message.getItemsCount());
    for (Value item : message.getItemsList()) {
      items.add(fromProto(column, item, depth));
    }
    return Collections.unmodifiableList(items);
  }
}

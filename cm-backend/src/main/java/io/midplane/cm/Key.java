package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row's key columns, in the order in which the table declares them. Keys are
 * ordered value by value: text by UTF-16 code units, integers by size, false before true; all rows
 * of a table are in this order. Immutable.
 */
public final class Key implements Comparable<Key> {

  private final Object[] values;

  Key(Object[] values) {
    this.values = values;
  }

  /**
   * The key of these values: String, Long (smaller integers widen) or Boolean.
   *
   * @throws MidplaneException INVALID_ARGUMENT for no value, a null and any other type
   */
  public static Key of(@Nullable Object... values) {
    if (values.length == 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "key: no value (expected: one for each key column)");
    }
    Object[] widened = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      widened[i] = widened(values[i]);
    }
    return new Key(widened);
  }

  private static Object widened(@Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case Long number -> number;
      case Boolean flag -> flag;
      case Integer number -> number.longValue();
      case Short number -> number.longValue();
      case Byte number -> number.longValue();
      case Enum<?> constant -> constant.name();
      case null, default ->
          throw new MidplaneException(
              ErrorCode.INVALID_ARGUMENT,
              "key: " + value + " (expected: text, integer or true or false)");
    };
  }

  /** How many columns make up the key. */
  public int size() {
    return values.length;
  }

  /** The value of the key column with this index. */
  public Object get(int index) {
    return values[index];
  }

  /** The text of the key column with this index. */
  public String text(int index) {
    return (String) values[index];
  }

  /** The integer of the key column with this index. */
  public long integer(int index) {
    return (long) values[index];
  }

  /** The values; cannot be changed. */
  public List<Object> values() {
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  @Override
  public int compareTo(Key other) {
    for (int i = 0; i < values.length && i < other.values.length; i++) {
      int order = compare(values[i], other.values[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(values.length, other.values.length);
  }

  private static int compare(Object one, Object other) {
    if (one instanceof String text) {
      return text.compareTo((String) other);
    }
    if (one instanceof Long number) {
      return number.compareTo((Long) other);
    }
    return ((Boolean) one).compareTo((Boolean) other);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Key that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** The value alone, or several in brackets. */
  @Override
  public String toString() {
    return values.length == 1 ? values[0].toString() : Arrays.toString(values);
  }
}

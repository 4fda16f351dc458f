package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one place that says which Java values a cell takes and what becomes of them. */
final class Values {
  /** Lists in lists go no deeper, so that reading a value never meets Protobuf's own limit. */
  static final int MAX_DEPTH = 8;

  private static final String EXPECTED =
      "String, byte, short, int, long, boolean, float, double, byte[], Bytes, List or null";

  private Values() {}

  static @Nullable Object normalize(String column, @Nullable Object value) {
    return normalize(column, value, 0);
  }

  /**
   * No pattern switch: the JVM puts one together when it first runs, and that alone takes a
   * one-shot client longer than its whole conversation.
   */
  private static @Nullable Object normalize(String column, @Nullable Object value, int depth) {
    if (value == null
        || value instanceof String
        || value instanceof Long
        || value instanceof Boolean
        || value instanceof Double
        || value instanceof Bytes) {
      return value;
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float real) {
      return real.doubleValue();
    }
    if (value instanceof byte[] data) {
      return Bytes.of(data);
    }
    if (value instanceof List<?> list) {
      return list(column, list, depth + 1);
    }
    throw unsupported(column, value);
  }

  private static List<@Nullable Object> list(String column, List<?> list, int depth) {
    checkDepth(column, depth);
    var items = new ArrayList<@Nullable Object>(list.size());
    for (Object item : list) {
      items.add(normalize(column, item, depth));
    }
    return Collections.unmodifiableList(items);
  }

  static void checkDepth(String column, int depth) {
    if (depth > MAX_DEPTH) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          column + ": lists " + depth + " deep (expected: at most " + MAX_DEPTH + ")");
    }
  }

  static MidplaneException unsupported(String column, Object value) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        column + ": a " + value.getClass().getName() + " (expected: " + EXPECTED + ")");
  }
}

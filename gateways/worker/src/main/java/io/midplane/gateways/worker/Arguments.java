package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Values of the wire as a method's parameters want them: one integer there is many types here. */
final class Arguments {
  private Arguments() {}

  /**
   * A value as a type.
   *
   * @throws MidplaneException INVALID_ARGUMENT if it is another, or does not fit
   */
  static @Nullable Object as(Class<?> type, @Nullable Object value) {
    if (value == null) {
      return requireReference(type);
    }
    if (type == byte[].class && value instanceof Bytes bytes) {
      return bytes.toArray();
    }
    if (value instanceof Number number) {
      Object fitting = number(type, number);
      if (fitting != null) {
        return fitting;
      }
    }
    if (type.isInstance(value) || (type == boolean.class && value instanceof Boolean)) {
      return value;
    }
    throw wrong(type, value);
  }

  private static @Nullable Object requireReference(Class<?> type) {
    if (type.isPrimitive()) {
      throw wrong(type, null);
    }
    return null;
  }

  private static @Nullable Object number(Class<?> type, Number number) {
    if (type == double.class || type == Double.class) {
      return number.doubleValue();
    }
    if (type == float.class || type == Float.class) {
      return number.floatValue();
    }
    if (number instanceof Double || number instanceof Float) {
      return null;
    }
    BigInteger whole = new BigInteger(number.toString());
    try {
      if (type == int.class || type == Integer.class) {
        return whole.intValueExact();
      }
      if (type == long.class || type == Long.class) {
        return whole.longValueExact();
      }
      if (type == short.class || type == Short.class) {
        return whole.shortValueExact();
      }
      if (type == byte.class || type == Byte.class) {
        return whole.byteValueExact();
      }
    } catch (ArithmeticException tooLarge) {
      throw wrong(type, number);
    }
    return type == BigInteger.class ? whole : null;
  }

  private static MidplaneException wrong(Class<?> type, @Nullable Object value) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        "argument: " + value + " (expected: " + type.getSimpleName() + ")");
  }
}

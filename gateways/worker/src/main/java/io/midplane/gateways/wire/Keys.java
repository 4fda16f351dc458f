package io.midplane.gateways.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When two keys of a dict, or two members of a set, are one: as Python has it, so that numbers are
 * compared by value whatever their type, {@code true} is 1, and text is never bytes.
 */
final class Keys {
  private static final int MAX_DEPTH = 100;

  private Keys() {}

  @SuppressWarnings("ReferenceEquality") // as Python does, also for a NaN
  static boolean equal(@Nullable Object a, @Nullable Object b) {
    if (a == b) {
      return true;
    }
    if (a == null || b == null) {
      return false;
    }
    if (a instanceof String text) {
      return text.equals(b);
    }
    if (isNumber(a)) {
      return isNumber(b) && numbersEqual(a, b);
    }
    return a.equals(b);
  }

  static int hash(@Nullable Object key) {
    return switch (key) {
      case null -> 0;
      case String text -> text.hashCode();
      case Integer number -> hash(number.longValue());
      case Boolean flag -> hash(flag ? 1L : 0L);
      case Long number -> hash(number.longValue());
      case BigInteger number ->
          number.bitLength() < 64 ? hash(number.longValue()) : number.hashCode();
      case Double number -> hash(number.doubleValue());
      case Float number -> hash(number.doubleValue());
      case Number number -> hash(number.longValue());
      case Complex(double real, double imaginary) ->
          imaginary == 0 ? hash(real) : 31 * hash(real) + hash(imaginary);
      default -> key.hashCode();
    };
  }

  /** False for what Python calls unhashable, as a whole or in part, and for what is too deep. */
  static boolean isHashable(@Nullable Object key) {
    return isHashable(key, MAX_DEPTH);
  }

  static String refusal(@Nullable Object key) {
    String type = key == null ? "null" : key.getClass().getSimpleName();
    return type
        + ": not a key of a dict or member of a set (expected: text, bytes, number, null,"
        + " FrozenSet, or Tuple of such, at most "
        + MAX_DEPTH
        + " within each other)";
  }

  private static boolean isHashable(@Nullable Object key, int depth) {
    return switch (key) {
      case null -> true;
      case Tuple tuple -> areHashable(tuple, depth - 1);
      case FrozenSet set -> areHashable(set, depth - 1);
      default -> !(key instanceof List || key instanceof Map || key instanceof Set);
    };
  }

  private static boolean areHashable(Iterable<?> members, int depth) {
    if (depth == 0) {
      return false;
    }
    for (Object member : members) {
      if (!isHashable(member, depth)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(Object value) {
    return value instanceof Integer
        || value instanceof Long
        || value instanceof Double
        || value instanceof Boolean
        || value instanceof BigInteger
        || value instanceof Complex
        || value instanceof Float
        || value instanceof Short
        || value instanceof Byte;
  }

  private static boolean numbersEqual(Object a, Object b) {
    if (a instanceof Complex || b instanceof Complex) {
      return complexEqual(a, b);
    }
    boolean floating = isFloating(a);
    if (floating && isFloating(b)) {
      return ((Number) a).doubleValue() == ((Number) b).doubleValue();
    }
    if (floating != isFloating(b)) {
      double number = ((Number) (floating ? a : b)).doubleValue();
      BigInteger exact = integral(number);
      return exact != null && exact.equals(big(floating ? b : a));
    }
    return (a instanceof BigInteger || b instanceof BigInteger)
        ? big(a).equals(big(b))
        : integer(a) == integer(b);
  }

  private static boolean complexEqual(Object a, Object b) {
    if (a instanceof Complex x && b instanceof Complex y) {
      return x.real() == y.real() && x.imaginary() == y.imaginary();
    }
    Complex complex = (Complex) (a instanceof Complex ? a : b);
    return complex.imaginary() == 0 && numbersEqual(complex.real(), a instanceof Complex ? b : a);
  }

  private static boolean isFloating(Object number) {
    return number instanceof Double || number instanceof Float;
  }

  private static long integer(Object number) {
    return number instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) number).longValue();
  }

  private static BigInteger big(Object number) {
    return number instanceof BigInteger big ? big : BigInteger.valueOf(integer(number));
  }

  private static @Nullable BigInteger integral(double number) {
    return number == Math.rint(number) && !Double.isInfinite(number)
        ? new BigDecimal(number).toBigInteger()
        : null;
  }

  private static int hash(long number) {
    return (int) ((number * 0x9E37_79B9_7F4A_7C15L) >>> 32);
  }

  private static int hash(double number) {
    long whole = (long) number;
    if (whole == number && whole != Long.MAX_VALUE) {
      return hash(whole);
    }
    BigInteger exact = integral(number);
    return exact != null ? hash((Object) exact) : Double.hashCode(number);
  }
}

package io.midplane.gateways.wire;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Nested values of every kind, without NaNs in sets, which no order sorts, and without integers
 * below -2^31, which Python's execnet reads but cannot write.
 */
final class RandomValues {
  private static final int DEPTH = 6;

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  Object next() {
    return value(DEPTH);
  }

  private Object value(int depth) {
    return switch (depth == 0 ? 9 : random.nextInt(10)) {
      case 0, 1 -> several(depth - 1);
      case 2 -> Tuple.copyOf(several(depth - 1));
      case 3, 4 -> {
        Dict dict = new Dict();
        for (int i = random.nextInt(5); i > 0; i--) {
          dict.put(key(2), value(depth - 1));
        }
        yield dict;
      }
      case 5 -> ValueSet.copyOf(keys(2));
      case 6 -> FrozenSet.copyOf(keys(2));
      default -> random.nextInt(20) == 0 ? Double.NaN : atom();
    };
  }

  private List<Object> several(int depth) {
    List<Object> values = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      values.add(value(depth));
    }
    return values;
  }

  private List<Object> keys(int depth) {
    List<Object> keys = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      keys.add(key(depth));
    }
    return keys;
  }

  private Object key(int depth) {
    return switch (depth == 0 ? 9 : random.nextInt(10)) {
      case 0 -> Tuple.copyOf(keys(depth - 1));
      case 1 -> FrozenSet.copyOf(keys(depth - 1));
      default -> atom();
    };
  }

  private Object atom() {
    return switch (random.nextInt(11)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt();
      case 3 -> random.nextInt(3);
      case 4 -> random.nextLong() >>> 10;
      case 5 -> new BigInteger(100, random);
      case 6 -> random.nextInt(4) / 2.0;
      case 7 -> random.nextGaussian() * 1e12;
      case 8 -> new Complex(random.nextGaussian(), random.nextInt(2));
      case 9 -> text();
      default -> bytes();
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(10); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> 0x80 + random.nextInt(0xD800 - 0x80);
            case 1 -> 0x10000 + random.nextInt(0x100000);
            default -> random.nextInt(0x80);
          });
    }
    return text.toString();
  }

  private Bytes bytes() {
    byte[] bytes = new byte[random.nextInt(10)];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }
}

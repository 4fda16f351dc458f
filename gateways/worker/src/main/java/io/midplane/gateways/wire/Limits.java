package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * How large a value may be, when written and when read. Memory that reading takes is bounded by the
 * bytes that came as well: a count that the bytes left cannot fill is refused at once.
 *
 * @param maxBytes of the written form
 * @param maxElements how many values, inner ones and keys included; checked on reading
 * @param maxDepth how many containers within each other
 * @param maxDigits of an integer; Python refuses more than 4300 by default
 */
public record Limits(int maxBytes, int maxElements, int maxDepth, int maxDigits) {
  private static final Limits DEFAULTS = new Limits(1 << 30, 1 << 25, 100_000, 4300);

  /** Each limit is 1 or more. */
  public Limits {
    requirePositive("maxBytes", maxBytes);
    requirePositive("maxElements", maxElements);
    requirePositive("maxDepth", maxDepth);
    requirePositive("maxDigits", maxDigits);
  }

  /** 1 GiB, 33 554 432 elements, 100 000 levels, 4300 digits. */
  public static Limits defaults() {
    return DEFAULTS;
  }

  /** The same with another limit of bytes. */
  public Limits withMaxBytes(int bytes) {
    return new Limits(bytes, maxElements, maxDepth, maxDigits);
  }

  /** The same with another limit of elements. */
  public Limits withMaxElements(int elements) {
    return new Limits(maxBytes, elements, maxDepth, maxDigits);
  }

  /** The same with another limit of depth. */
  public Limits withMaxDepth(int depth) {
    return new Limits(maxBytes, maxElements, depth, maxDigits);
  }

  /** The same with another limit of digits. */
  public Limits withMaxDigits(int digits) {
    return new Limits(maxBytes, maxElements, maxDepth, digits);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: 1 or more)");
    }
  }
}

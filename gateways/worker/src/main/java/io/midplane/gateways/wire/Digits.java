package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Integers as decimal digits; as many as the limits allow, since more take long to convert. */
final class Digits {
  private static final double BITS_EACH = Math.log(10) / Math.log(2);
  private static final int SAFE_LONG = 18;

  private Digits() {}

  static String of(BigInteger number, Limits limits) {
    if (number.bitLength() > limits.maxDigits() * BITS_EACH + 1) {
      throw tooMany(limits);
    }
    String digits = number.toString();
    if (digits.length() - (number.signum() < 0 ? 1 : 0) > limits.maxDigits()) {
      throw tooMany(limits);
    }
    return digits;
  }

  private static DumpException tooMany(Limits limits) {
    return new DumpException(
        ErrorCode.LIMIT_EXCEEDED, "integer: more than " + limits.maxDigits() + " digits");
  }

  /** An Integer, a Long or a BigInteger, whichever is the smallest that fits. */
  static Object parse(byte[] bytes, int start, int length, Limits limits, long offset) {
    int sign = length > 0 && bytes[start] == '-' ? 1 : 0;
    int digits = length - sign;
    if (digits < 1) {
      throw new LoadException(offset, "integer without digits");
    }
    if (digits > limits.maxDigits()) {
      throw new LoadException(
          ErrorCode.LIMIT_EXCEEDED,
          offset,
          "integer: " + digits + " digits (expected: at most " + limits.maxDigits() + ")");
    }
    for (int i = start + sign; i < start + length; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw new LoadException(
            offset, "integer: byte 0x%02x (expected: digits)".formatted(bytes[i] & 0xFF));
      }
    }
    String text = new String(bytes, start, length, StandardCharsets.US_ASCII);
    if (digits > SAFE_LONG) {
      return narrow(new BigInteger(text));
    }
    return narrow(Long.parseLong(text));
  }

  private static Object narrow(BigInteger number) {
    return number.bitLength() < Long.SIZE ? narrow(number.longValue()) : number;
  }

  private static Object narrow(long number) {
    if (number == (int) number) {
      return (int) number;
    }
    return number;
  }
}

package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.ErrorName;
import java.math.BigInteger;

/** Numbers in requests. */
final class Numbers {
  private static final int MOST_DIGITS = 9;
  private static final int MOST_C_DIGITS = 64;

  private Numbers() {}

  /** A decimal number from 0 on, all of the text; anything else is EINVAL. */
  static int decimal(String text) {
    if (text.isEmpty() || text.length() > MOST_DIGITS) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    int number = 0;
    for (int at = 0; at < text.length(); at++) {
      int digit = text.charAt(at) - '0';
      if (digit < 0 || digit > 9) {
        throw Refusal.of(ErrorName.EINVAL);
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /** The number of a domain, 0 to 65535; anything else is EINVAL. */
  static int domain(String text) {
    int number = decimal(text);
    if (number > 0xffff) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    return number;
  }

  /** As C's {@code atoi}: what can be read at the start, else 0; as an unsigned offset. */
  static long offset(String text) {
    int at = skipBlanks(text);
    boolean negative = at < text.length() && text.charAt(at) == '-';
    if (at < text.length() && (negative || text.charAt(at) == '+')) {
      at++;
    }
    long number = 0;
    while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
      number = Math.min(Integer.MAX_VALUE, number * 10 + Character.digit(text.charAt(at), 10));
      at++;
    }
    return negative && number > 0 ? Long.MAX_VALUE : number;
  }

  /** As C's {@code strtol} with base 0, cut to 32 bits; a text that is no number is EINVAL. */
  static int inC(String text) {
    int at = skipBlanks(text);
    boolean negative = at < text.length() && text.charAt(at) == '-';
    if (at < text.length() && (negative || text.charAt(at) == '+')) {
      at++;
    }
    int base = 10;
    String digits = text.substring(at);
    if (digits.startsWith("0x") || digits.startsWith("0X")) {
      base = 16;
      digits = digits.substring(2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      base = 8;
      digits = digits.substring(1);
    }
    if (digits.isEmpty() || digits.length() > MOST_C_DIGITS || !allDigits(digits, base)) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    BigInteger number = new BigInteger(digits, base);
    number = (negative ? number.negate() : number).max(BigInteger.valueOf(Long.MIN_VALUE));
    return number.min(BigInteger.valueOf(Long.MAX_VALUE)).intValue();
  }

  private static boolean allDigits(String text, int base) {
    return text.chars()
        .allMatch(character -> character < 128 && Character.digit(character, base) >= 0);
  }

  private static int skipBlanks(String text) {
    int at = 0;
    while (at < text.length()
        && (text.charAt(at) == ' ' || (text.charAt(at) >= 9 && text.charAt(at) <= 13))) {
      at++;
    }
    return at;
  }
}

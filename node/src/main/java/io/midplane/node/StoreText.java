package io.midplane.node;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Values of XenStore as the {@code xenstore-*} tools write and read them: what is not printable
 * ASCII stands as an escape, {@code \n}, {@code \007}, {@code \x1f}.
 */
final class StoreText {
  private static final int OCTAL_DIGITS = 3;
  private static final int HEX_DIGITS = 2;

  private StoreText() {}

  /** A value as a text of printable ASCII. */
  static String escaped(byte[] value) {
    var text = new StringBuilder(value.length);
    for (byte b : value) {
      escape(text, b & 0xff);
    }
    return text.toString();
  }

  private static void escape(StringBuilder text, int b) {
    switch (b) {
      case '\\' -> text.append("\\\\");
      case '\t' -> text.append("\\t");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      default -> {
        if (b >= ' ' && b < 0x7f) {
          text.append((char) b);
        } else if (b < 8) {
          text.append("\\00").append(b);
        } else {
          text.append("\\x").append(Character.forDigit(b >> 4, 16));
          text.append(Character.forDigit(b & 15, 16));
        }
      }
    }
  }

  /**
   * The value that a text stands for: the escapes above, up to three octal digits, and a backslash
   * before anything else for that itself. A backslash at the end stands for a byte 0.
   */
  static byte[] unescaped(byte[] text) {
    var value = new ByteArrayOutputStream(text.length);
    int at = 0;
    while (at < text.length) {
      if (text[at] != '\\') {
        value.write(text[at++]);
      } else {
        at = unescape(text, at + 1, value);
      }
    }
    return value.toByteArray();
  }

  /** Reads the escape whose backslash stands before that place; where the text goes on. */
  private static int unescape(byte[] text, int at, ByteArrayOutputStream value) {
    if (at == text.length) {
      value.write(0);
      return at;
    }
    byte kind = text[at];
    int octal = digits(text, at, OCTAL_DIGITS, 8);
    if (octal > 0) {
      value.write(number(text, at, octal, 8));
      return at + octal;
    }
    int hex = kind == 'x' ? digits(text, at + 1, HEX_DIGITS, 16) : 0;
    if (hex > 0) {
      value.write(number(text, at + 1, hex, 16));
      return at + 1 + hex;
    }
    value.write(
        switch (kind) {
          case 't' -> '\t';
          case 'n' -> '\n';
          case 'r' -> '\r';
          default -> kind;
        });
    return at + 1;
  }

  private static int digits(byte[] text, int from, int most, int radix) {
    int count = 0;
    while (count < most
        && from + count < text.length
        && Character.digit((char) text[from + count], radix) >= 0) {
      count++;
    }
    return count;
  }

  private static int number(byte[] text, int from, int count, int radix) {
    return Integer.parseInt(new String(text, from, count, StandardCharsets.US_ASCII), radix);
  }
}

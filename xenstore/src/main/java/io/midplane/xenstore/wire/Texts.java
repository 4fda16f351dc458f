package io.midplane.xenstore.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts in payloads: strings that each end with a NUL byte. A character is a byte (ISO 8859-1), so
 * that whatever a peer sends survives the way in and out.
 */
public final class Texts {
  private static final int SHOWN = 120;

  private Texts() {}

  /** Each text with a NUL behind it. */
  public static byte[] join(String... texts) {
    int length = texts.length;
    for (String text : texts) {
      length += text.length();
    }
    byte[] payload = new byte[length];
    int at = 0;
    for (String text : texts) {
      at = put(payload, at, text) + 1;
    }
    return payload;
  }

  /** A text, a NUL, and the bytes of a value without a NUL behind them. */
  public static byte[] withValue(String text, byte[] value) {
    byte[] payload = new byte[text.length() + 1 + value.length];
    put(payload, 0, text);
    System.arraycopy(value, 0, payload, text.length() + 1, value.length);
    return payload;
  }

  @SuppressWarnings("deprecation") // the one method that copies the low bytes without an array
  private static int put(byte[] payload, int at, String text) {
    text.getBytes(0, text.length(), payload, at);
    return at + text.length();
  }

  /** The texts of a payload; what follows the last NUL is a text too unless it is empty. */
  public static List<String> split(byte[] payload) {
    return split(payload, 0);
  }

  /** The same from an offset on. */
  public static List<String> split(byte[] payload, int from) {
    List<String> texts = new ArrayList<>();
    int start = from;
    for (int at = from; at < payload.length; at++) {
      if (payload[at] == 0) {
        texts.add(text(payload, start, at));
        start = at + 1;
      }
    }
    if (start < payload.length) {
      texts.add(text(payload, start, payload.length));
    }
    return texts;
  }

  /** The first text of a payload, without its NUL; all of it if there is no NUL. */
  public static String first(byte[] payload) {
    int end = indexOfNul(payload, 0);
    return text(payload, 0, end < 0 ? payload.length : end);
  }

  /** Where the next NUL is, or -1. */
  public static int indexOfNul(byte[] payload, int from) {
    for (int at = from; at < payload.length; at++) {
      if (payload[at] == 0) {
        return at;
      }
    }
    return -1;
  }

  /** Bytes as text, a byte a character. */
  public static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The bytes of a range as text, a byte a character. */
  public static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** The bytes of a text, a character a byte. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A payload for people: NUL as {@code |}, other unprintable bytes as {@code \xNN}, shortened. */
  public static String shown(byte[] payload) {
    StringBuilder shown = new StringBuilder();
    int end = Math.min(payload.length, SHOWN);
    for (int at = 0; at < end; at++) {
      int value = payload[at] & 0xff;
      if (value == 0) {
        shown.append('|');
      } else if (value < 0x20 || value > 0x7e) {
        shown.append("\\x").append(Character.forDigit(value >> 4, 16));
        shown.append(Character.forDigit(value & 15, 16));
      } else {
        shown.append((char) value);
      }
    }
    if (end < payload.length) {
      shown.append("… (").append(payload.length).append(" bytes)");
    }
    return shown.toString();
  }
}

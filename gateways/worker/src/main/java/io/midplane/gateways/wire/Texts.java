package io.midplane.gateways.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The texts in a row of bytes. Short ones that come again, as the keys of records do, are one
 * object: made once, their hash computed once.
 */
final class Texts {
  private static final int SHORT = 24;
  private static final int SLOTS = 256;
  private static final char REPLACEMENT = '\uFFFD';

  private final byte[] in;
  private @Nullable String @Nullable [] known;
  private int[] starts = {};
  private int[] lengths = {};

  Texts(byte[] in) {
    this.in = in;
  }

  /** The text in UTF-8 there; null if it is not UTF-8. */
  @Nullable String utf8(int start, int length) {
    if (length > SHORT || length == 0 || in.length < SLOTS) {
      return decode(start, length);
    }
    if (known == null) {
      known = new String[SLOTS];
      starts = new int[SLOTS];
      lengths = new int[SLOTS];
    }
    int slot = slot(start, length);
    String there = known[slot];
    if (there != null
        && lengths[slot] == length
        && Arrays.equals(in, starts[slot], starts[slot] + length, in, start, start + length)) {
      return there;
    }
    String text = decode(start, length);
    known[slot] = text;
    starts[slot] = start;
    lengths[slot] = length;
    return text;
  }

  private int slot(int start, int length) {
    int hash = length;
    hash = hash * 31 + in[start];
    hash = hash * 31 + in[start + (length >> 1)];
    hash = hash * 31 + in[start + length - 1];
    return hash & SLOTS - 1;
  }

  private @Nullable String decode(int start, int length) {
    String text = new String(in, start, length, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 || isUtf8(start, length) ? text : null;
  }

  /** Whether U+FFFD stands there itself, rather than for what cannot be read. */
  private boolean isUtf8(int start, int length) {
    try {
      var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in, start, length));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }
}

package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.Texts;
import java.util.Arrays;

/** Collects a part of a list of names: as many whole ones as fit behind an offset. */
final class NamePart {
  private final byte[] bytes;
  private int skip;
  private int length;

  NamePart(int offset, int most) {
    this.bytes = new byte[Math.max(0, most)];
    this.skip = offset;
  }

  /** How many bytes still lie before the part. */
  int skip() {
    return skip;
  }

  /** Passes over names of that many bytes, NULs included. */
  void pass(int count) {
    skip -= count;
  }

  /** The next name; false if the part is full. An offset inside a name takes its rest. */
  boolean add(String name) {
    int whole = name.length() + 1;
    if (skip >= whole) {
      skip -= whole;
      return true;
    }
    int rest = whole - skip;
    if (length + rest > bytes.length) {
      return false;
    }
    byte[] text = Texts.bytes(name);
    System.arraycopy(text, skip, bytes, length, rest - 1);
    length += rest;
    skip = 0;
    return true;
  }

  byte[] bytes() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}

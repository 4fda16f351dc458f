package io.midplane.gateways.wire;

/**
 * The instructions of the stack machine that values are written for, one byte each. Lengths, counts
 * and integers behind them are big-endian and have four bytes.
 */
final class Op {
  static final byte BUILD_TUPLE = 0x40;
  static final byte BYTES = 0x41;
  static final byte CHANNEL = 0x42;
  static final byte FALSE = 0x43;
  static final byte FLOAT = 0x44;
  static final byte FROZEN_SET = 0x45;
  static final byte INT = 0x46;

  /** Python 2 only: a {@code long} that fits four bytes. */
  static final byte LONG = 0x47;

  /** Decimal digits, for what does not fit four bytes. */
  static final byte LONG_INT = 0x48;

  /** Python 2 only: a {@code long} as decimal digits. */
  static final byte LONG_LONG = 0x49;

  static final byte NEW_DICT = 0x4A;
  static final byte NEW_LIST = 0x4B;
  static final byte NONE = 0x4C;

  /** Python 2's {@code str}: bytes, or text in Latin-1. */
  static final byte PY2_STRING = 0x4D;

  static final byte PY3_STRING = 0x4E;
  static final byte SET = 0x4F;
  static final byte SET_ITEM = 0x50;
  static final byte STOP = 0x51;
  static final byte TRUE = 0x52;

  /** Python 2's {@code unicode}. */
  static final byte UNICODE = 0x53;

  static final byte COMPLEX = 0x54;

  private Op() {}
}

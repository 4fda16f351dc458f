package io.midplane.packet.file;

/**
 * How the time stamps of an interface count.
 *
 * @param isBinary whether the exponent is of 2, else of 10
 * @param exponent how many of them make a second
 * @param offset seconds to add
 */
record TimeUnits(boolean isBinary, int exponent, long offset) {
  static final TimeUnits MICROS = new TimeUnits(false, 6, 0);
  private static final long BILLION = 1_000_000_000L;
  private static final int FINEST_DECIMAL = 18;
  private static final int FINEST_BINARY = 63;

  /** Of the byte in a file. */
  static TimeUnits of(int resolution, long offset) {
    return new TimeUnits((resolution & 0x80) != 0, resolution & 0x7f, offset);
  }

  boolean isSupported() {
    return exponent <= (isBinary ? FINEST_BINARY : FINEST_DECIMAL);
  }

  /** Nanoseconds since 1970; beyond what they reach to (the year 2262), the last of them. */
  long nanoseconds(long units) {
    if (!isBinary && exponent == 9 && offset == 0) {
      return units < 0 ? Long.MAX_VALUE : units;
    }
    long seconds;
    long fraction;
    if (isBinary) {
      seconds = units >>> exponent;
      long rest = exponent == 0 ? 0 : units & -1L >>> Long.SIZE - exponent;
      int spare = Math.max(0, exponent - 32);
      fraction = (rest >>> spare) * BILLION >>> exponent - spare;
    } else {
      long perSecond = power(exponent);
      seconds = Long.divideUnsigned(units, perSecond);
      long rest = Long.remainderUnsigned(units, perSecond);
      fraction = exponent <= 9 ? rest * power(9 - exponent) : rest / power(exponent - 9);
    }
    return saturated(seconds, fraction);
  }

  private long saturated(long seconds, long fraction) {
    long shifted = seconds + offset;
    boolean isOver = seconds < 0 || ((seconds ^ shifted) & (offset ^ shifted)) < 0;
    if (isOver || shifted > Long.MAX_VALUE / BILLION - 1) {
      return Long.MAX_VALUE;
    }
    return shifted < Long.MIN_VALUE / BILLION + 1 ? Long.MIN_VALUE : shifted * BILLION + fraction;
  }

  private static long power(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= 10;
    }
    return power;
  }
}

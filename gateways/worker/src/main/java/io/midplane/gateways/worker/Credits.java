package io.midplane.gateways.worker;

import java.nio.ByteBuffer;

/**
 * How many bytes one end may send before the other has read. Each channel begins with a window; who
 * reads gives back by the quarter. One item may go beyond, so that it may be larger than the
 * window. Guarded by its owner.
 */
final class Credits {
  private static final int WINDOW = 1 << 20;
  private static final int QUARTER = WINDOW / 4;

  private final boolean given;
  private long left = WINDOW;
  private long toReturn;

  /**
   * Credits of a fresh channel.
   *
   * @param given false where the other side knows none: then nothing is ever short
   */
  Credits(boolean given) {
    this.given = given;
  }

  boolean areShort() {
    return given && left <= 0;
  }

  void take(int bytes) {
    left -= bytes + 32L;
  }

  void add(int bytes) {
    left += bytes;
  }

  /** How many to give back now that so many bytes were read; 0 if later will do. */
  int returned(long bytes) {
    if (!given) {
      return 0;
    }
    toReturn += bytes;
    if (toReturn < QUARTER) {
      return 0;
    }
    int back = (int) Math.min(toReturn, Integer.MAX_VALUE);
    toReturn -= back;
    return back;
  }

  static byte[] payload(int bytes) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array();
  }
}

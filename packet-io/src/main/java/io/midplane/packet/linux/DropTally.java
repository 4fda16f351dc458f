package io.midplane.packet.linux;

/**
 * Adds up what the kernel counts in 32 bits and sets to 0 at each reading, and knows when it is to
 * be told again: a second after the last time. For the thread that reads the ring.
 */
final class DropTally {
  private static final long SECOND = 1_000_000_000L;

  private long total;
  private long told;
  private long nextTelling;

  /**
   * Nothing yet.
   *
   * @param now nanoseconds of a clock that only differences are taken of
   */
  DropTally(long now) {
    nextTelling = now;
  }

  /** A reading: 32 bits without a sign. */
  void add(int reading) {
    total += Integer.toUnsignedLong(reading);
  }

  /** All since the start. */
  long total() {
    return total;
  }

  /** How many nanoseconds from now it may be told; 0 if it may be now. */
  long untilTelling(long now) {
    return Math.max(0, nextTelling - now);
  }

  /** How many there are that nobody was told of; they count as told now. */
  long tell(long now) {
    nextTelling = now + SECOND;
    long more = total - told;
    told = total;
    return more;
  }
}

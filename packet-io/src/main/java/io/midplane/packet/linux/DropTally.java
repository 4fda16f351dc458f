package io.midplane.packet.linux;

/**
 * Adds up what the kernel counts in 32 bits and sets to 0 at each reading, and knows when it is to
 * be read and told: a second after the last time, and twice after the last frame. For the thread
 * that reads the ring.
 */
final class DropTally {
  private static final long SECOND = 1_000_000_000L;

  /**
   * The kernel counts a drop some time after it saw the ring full. By then the ring may have been
   * emptied and the counter read, and no frame may ever come that has it read again.
   */
  private static final int READINGS = 2;

  private long total;
  private long told;
  private long nextTelling;
  private int readings;

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

  /** Frames came, or could not be fetched: there may be drops that were not read. */
  void expect() {
    readings = READINGS;
  }

  /**
   * How many nanoseconds from now the counter is to be read and told; 0 if now, {@link
   * Long#MAX_VALUE} if nothing has come since it was.
   */
  long untilTelling(long now) {
    return readings == 0 ? Long.MAX_VALUE : Math.max(0, nextTelling - now);
  }

  /** How many there are that nobody was told of; they count as told now. */
  long tell(long now) {
    readings--;
    nextTelling = now + SECOND;
    long more = total - told;
    told = total;
    return more;
  }
}

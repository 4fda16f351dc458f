package io.midplane.packet.linux;

/**
 * Adds up what the kernel counts in 32 bits and sets to 0 at each reading. For the thread that
 * reads the ring.
 */
final class DropTally {
  private long total;
  private long told;

  /** A reading: 32 bits without a sign. */
  void add(int reading) {
    total += Integer.toUnsignedLong(reading);
  }

  /** All since the start. */
  long total() {
    return total;
  }

  /** How many there are that nobody was told of; they count as told now. */
  long untold() {
    long more = total - told;
    told = total;
    return more;
  }
}

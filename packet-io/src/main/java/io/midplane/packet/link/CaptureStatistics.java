package io.midplane.packet.link;

/**
 * Counters of a capture since its start. Immutable.
 *
 * @param received frames that were handed to the reader
 * @param dropped frames that matched the filter and found no room
 */
public record CaptureStatistics(long received, long dropped) {
  /** Nothing yet. */
  public static final CaptureStatistics NONE = new CaptureStatistics(0, 0);

  /** Both together. */
  public CaptureStatistics plus(CaptureStatistics other) {
    return new CaptureStatistics(received + other.received, dropped + other.dropped);
  }
}

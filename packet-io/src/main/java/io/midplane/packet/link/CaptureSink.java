package io.midplane.packet.link;

import io.midplane.packet.frame.FrameBatch;

/**
 * Takes what a capture has. Its methods are called by one thread at a time, the link's own as a
 * rule, and must not block.
 */
public interface CaptureSink {

  /**
   * Frames; each batch costs a credit until {@link Capture#acknowledge}.
   *
   * @param number of the batch, from 1 up
   */
  void frames(FrameBatch batch, long number);

  /**
   * Frames were dropped; at most once a second.
   *
   * @param more since the last time
   * @param total since the start
   */
  void drops(long more, long total);

  /** The capture is over; nothing comes after this. */
  void closed(CaptureStatistics statistics);
}

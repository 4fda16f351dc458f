package io.midplane.packet.segment;

import java.time.Duration;

/** The time of a segment: stamps frames, and delivers those that are delayed. Thread-safe. */
public sealed interface SegmentClock permits ManualClock, SystemSegmentClock {

  /** The time of the machine. */
  static SegmentClock system() {
    return new SystemSegmentClock();
  }

  /** Nanoseconds since 1970. */
  long now();

  /** Runs something after that time; what is due at once in the order in which it was given. */
  void after(Duration delay, Runnable task);
}

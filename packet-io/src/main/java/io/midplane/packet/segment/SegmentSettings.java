package io.midplane.packet.segment;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;

/**
 * How a segment carries frames. Immutable; each {@code with…} method gives a changed copy.
 *
 * @param mtu the most bytes behind the header of a frame, 68 to 65535
 * @param loss how probably a frame gets lost on its way to one port, 0 to 1
 * @param duplication how probably it arrives there twice, 0 to 1
 * @param delay how long it takes
 * @param seed decides which frames are lost or doubled; the same seed decides the same
 * @param clock its time
 */
public record SegmentSettings(
    int mtu, double loss, double duplication, Duration delay, long seed, SegmentClock clock) {

  /** Checks the ranges. */
  public SegmentSettings {
    if (mtu < 68 || mtu > 65_535) {
      throw invalid("mtu", mtu, "68 to 65535");
    }
    checkProbability("loss", loss);
    checkProbability("duplication", duplication);
    if (delay.isNegative()) {
      throw invalid("delay", delay, "zero or more");
    }
  }

  private static void checkProbability(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw invalid(what, value, "0 to 1");
    }
  }

  private static MidplaneException invalid(String what, Object value, String expected) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT, what + ": " + value + " (expected: " + expected + ")");
  }

  /** MTU 1500, at once, nothing lost, nothing doubled. */
  public static SegmentSettings defaults() {
    return new SegmentSettings(1500, 0, 0, Duration.ZERO, 0, SegmentClock.system());
  }

  /** The same with that MTU. */
  public SegmentSettings withMtu(int newMtu) {
    return new SegmentSettings(newMtu, loss, duplication, delay, seed, clock);
  }

  /** The same with frames lost. */
  public SegmentSettings withLoss(double probability) {
    return new SegmentSettings(mtu, probability, duplication, delay, seed, clock);
  }

  /** The same with frames doubled. */
  public SegmentSettings withDuplication(double probability) {
    return new SegmentSettings(mtu, loss, probability, delay, seed, clock);
  }

  /** The same with frames that take their time. */
  public SegmentSettings withDelay(Duration newDelay) {
    return new SegmentSettings(mtu, loss, duplication, newDelay, seed, clock);
  }

  /** The same with other luck. */
  public SegmentSettings withSeed(long newSeed) {
    return new SegmentSettings(mtu, loss, duplication, delay, newSeed, clock);
  }

  /** The same with another time. */
  public SegmentSettings withClock(SegmentClock newClock) {
    return new SegmentSettings(mtu, loss, duplication, delay, seed, newClock);
  }
}

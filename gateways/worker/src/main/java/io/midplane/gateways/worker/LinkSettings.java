package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Limits;

/**
 * How an end of a gateway treats the other.
 *
 * @param limits of each value, both ways
 * @param maxQueued how many bytes of items may wait on a channel that nobody reads; more of them
 *     close it with an error. Where both ends give credits they never come to this.
 * @param credits whether the other end gives and takes credits, as agreed in the greeting; stock
 *     execnet does not
 * @param confined whether a channel that comes of running code belongs to the thread that asked for
 *     it and, at a Java worker, to the thread that runs it; see {@link Channel#confine}
 */
public record LinkSettings(Limits limits, long maxQueued, boolean credits, boolean confined) {
  private static final long MOST_QUEUED = 1L << 30;

  /** Some bytes may wait. */
  public LinkSettings {
    if (maxQueued < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "maxQueued: " + maxQueued + " (expected: 1 or more)");
    }
  }

  /** The limits' defaults; a gibibyte or half of the heap, whichever is less; no credits. */
  public static LinkSettings defaults() {
    return new LinkSettings(
        Limits.defaults(),
        Math.min(MOST_QUEUED, Runtime.getRuntime().maxMemory() / 2),
        false,
        false);
  }

  /** The same with other limits of values. */
  public LinkSettings withLimits(Limits other) {
    return new LinkSettings(other, maxQueued, credits, confined);
  }

  /** The same with another limit of what waits. */
  public LinkSettings withMaxQueued(long bytes) {
    return new LinkSettings(limits, bytes, credits, confined);
  }

  /** The same, with credits or without. */
  public LinkSettings withCredits(boolean other) {
    return new LinkSettings(limits, maxQueued, other, confined);
  }

  /** The same, with channels of code confined or not. */
  public LinkSettings withConfined(boolean other) {
    return new LinkSettings(limits, maxQueued, credits, other);
  }
}

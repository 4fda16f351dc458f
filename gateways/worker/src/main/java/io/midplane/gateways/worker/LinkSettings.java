package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Limits;
import java.time.Duration;

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
 * @param heartbeat how long the other end may say nothing before it is asked, where both ends are
 *     Midplane's; zero: it never is
 * @param silence how many such intervals may go by without an answer, as a time: between one and
 *     two intervals after it, nothing having come, the other end counts as dead
 */
public record LinkSettings(
    Limits limits,
    long maxQueued,
    boolean credits,
    boolean confined,
    Duration heartbeat,
    Duration silence) {
  private static final long MOST_QUEUED = 1L << 30;
  private static final Duration LONGEST = Duration.ofDays(1);

  /** Some bytes may wait. */
  public LinkSettings {
    if (maxQueued < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "maxQueued: " + maxQueued + " (expected: 1 or more)");
    }
    if (heartbeat.isNegative()
        || silence.compareTo(heartbeat) < 0
        || silence.compareTo(LONGEST) > 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "heartbeat: "
              + heartbeat
              + ", silence: "
              + silence
              + " (expected: 0 or more, and more up to a day)");
    }
  }

  /**
   * The limits' defaults; a gibibyte or half of the heap, whichever is less; no credits; asked
   * after 15 seconds of silence, dead after 75 to 90.
   */
  public static LinkSettings defaults() {
    return new LinkSettings(
        Limits.defaults(),
        Math.min(MOST_QUEUED, Runtime.getRuntime().maxMemory() / 2),
        false,
        false,
        Duration.ofSeconds(15),
        Duration.ofSeconds(60));
  }

  /** The same with other limits of values. */
  public LinkSettings withLimits(Limits other) {
    return new LinkSettings(other, maxQueued, credits, confined, heartbeat, silence);
  }

  /** The same with another limit of what waits. */
  public LinkSettings withMaxQueued(long bytes) {
    return new LinkSettings(limits, bytes, credits, confined, heartbeat, silence);
  }

  /** The same, with credits or without. */
  public LinkSettings withCredits(boolean other) {
    return new LinkSettings(limits, maxQueued, other, confined, heartbeat, silence);
  }

  /** The same, with channels of code confined or not. */
  public LinkSettings withConfined(boolean other) {
    return new LinkSettings(limits, maxQueued, credits, other, heartbeat, silence);
  }

  /**
   * The same with heartbeats so often, and another time for the other end to be silent; zero for
   * none. A program that is stopped, in a debugger for example, is silent.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the silence is shorter than the interval
   */
  public LinkSettings withHeartbeat(Duration interval, Duration otherSilence) {
    return new LinkSettings(limits, maxQueued, credits, confined, interval, otherSilence);
  }
}

package io.midplane.gateways;

import java.time.Duration;

/**
 * How a member of a group ended.
 *
 * @param id of the gateway
 * @param outcome what it took
 * @param exit how its far end went
 * @param took from the request to its end
 */
public record MemberEnd(String id, Outcome outcome, WorkerExit exit, Duration took) {

  /** What it took. */
  public enum Outcome {
    /** It was asked to end, and did. */
    ENDED,
    /** It was gone before. */
    WAS_GONE,
    /** It did not end in time, and was killed. */
    KILLED,
    /** It was killed, and is not known to be gone: a worker within this JVM whose task goes on. */
    LEFT
  }
}

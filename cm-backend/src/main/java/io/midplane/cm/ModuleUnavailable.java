package io.midplane.cm;

import io.midplane.actors.AgentHandle;
import io.midplane.actors.AgentStatus;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * The agent that owns the table is there but not READY: it is starting, loading, or being started
 * again after a failure. Nothing was delivered; the same call may succeed later.
 */
public final class ModuleUnavailable extends MidplaneException {

  private final transient AgentHandle agent;

  private ModuleUnavailable(String message, AgentHandle agent) {
    super(ErrorCode.MODULE_UNAVAILABLE, message);
    this.agent = agent;
  }

  static ModuleUnavailable of(AgentHandle agent) {
    AgentStatus status = agent.status();
    String detail = status.detail().isEmpty() ? "" : ": " + status.detail();
    double seconds = Duration.between(status.started(), Instant.now()).toMillis() / 1000.0;
    return new ModuleUnavailable(
        "agent %s: not READY (state %s, started %.1f s ago%s); wait with whenReady()"
            .formatted(status.name(), status.state(), seconds, detail),
        agent);
  }

  /** The agent's name. */
  public String agent() {
    return agent.name();
  }

  /**
   * Completes when the agent is READY, at once if it is; fails if it FAILed for good or was
   * stopped. Completes on a virtual thread.
   */
  public CompletionStage<Void> whenReady() {
    return agent.whenReady().thenApply(ready -> null);
  }

  /**
   * Waits until the agent is READY. Blocks: yes; refused on actor threads.
   *
   * @throws MidplaneException TIMED_OUT with the state and what the agent waits for
   */
  public void awaitReady(Duration timeout) {
    agent.awaitReady(timeout);
  }
}

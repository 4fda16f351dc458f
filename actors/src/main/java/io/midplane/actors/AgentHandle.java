package io.midplane.actors;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** One agent from outside: where it stands, and the way to stop it. Thread-safe. */
public final class AgentHandle {

  private final Agents agents;
  private final AgentRecord record;

  AgentHandle(Agents agents, AgentRecord record) {
    this.agents = agents;
    this.record = record;
  }

  /** The name the agent was started under. */
  public String name() {
    return record.name();
  }

  /** Where the agent stands now. */
  public ProcessState state() {
    return status().state();
  }

  /** State, restarts and what there is to say about them, read together. */
  public AgentStatus status() {
    return record.status();
  }

  /** How often the agent was started again since it was first started. */
  public int restarts() {
    return status().restarts();
  }

  /** Why the agent is in FAIL; empty in every other state. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(status().failure());
  }

  /**
   * Waits until the agent is READY, across restarts; returns at once if it is.
   *
   * <p>Blocks: yes, up to {@code timeout}; refused on actor threads.
   *
   * @throws io.midplane.calls.MidplaneException TIMED_OUT with the state and what the agent waits
   *     for; the cause if the agent FAILed for good; CLOSED if it was stopped
   */
  public void awaitReady(Duration timeout) {
    agents.awaitReady(record, timeout);
  }

  /**
   * The asynchronous twin of {@link #awaitReady}, without a deadline; completes on a virtual
   * thread.
   */
  public CompletionStage<AgentHandle> whenReady() {
    return agents.whenReady(record, this);
  }

  /**
   * Stops the agent gracefully: its {@link Agent#stop} runs and its actors stop. Its name is free
   * afterwards. Stopping twice is harmless.
   *
   * <p>Blocks: yes, up to the stop timeout; refused on actor threads.
   */
  public void stop() {
    agents.stop(record);
  }

  /** The asynchronous twin of {@link #stop()}; completes on a virtual thread. */
  public CompletionStage<Void> stopAsync() {
    return agents.stopAsync(record);
  }

  /**
   * Stops the agent gracefully, starts it again, made anew, and waits until it is READY.
   *
   * <p>Blocks: yes, up to the ready timeout; refused on actor threads.
   *
   * @throws io.midplane.calls.MidplaneException UNSUPPORTED for an agent that was not started by a
   *     supplier; TIMED_OUT; or what made the start fail (it is then tried again, as after any
   *     failure)
   */
  public void restart() {
    agents.restart(record);
  }

  /** The asynchronous twin of {@link #restart()}; completes on a virtual thread. */
  public CompletionStage<Void> restartAsync() {
    return agents.restartAsync(record);
  }
}

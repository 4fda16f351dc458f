package io.midplane.actors;

/**
 * Where an agent, or the runtime as a whole, stands on its way from start to stop.
 *
 * <p>A normal start of an agent shows BOOTING, LOADCFG, READY in this order, and READY only after
 * the agent itself said so (see {@link AgentContext#ready()}). Rules: R4 to R6 in {@code
 * docs/behaviours/runtime.md}.
 */
public enum ProcessState {
  /** It does not run: never started, or stopped on purpose. */
  STOPPED,
  /** It was told to start and has not begun yet. */
  STARTED,
  /** Its {@link Agent#start} is running. */
  BOOTING,
  /**
   * Its start is over and it has not said that it is ready: it waits for its configuration, for
   * agents that its configuration depends on, or for something of its own.
   */
  LOADCFG,
  /** It serves. */
  READY,
  /** It failed; the cause is with {@link AgentHandle#failure()} or {@link Midplane#failure()}. */
  FAIL
}

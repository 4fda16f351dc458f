package io.midplane.actors;

/**
 * Where an agent stands on its way from start to stop.
 *
 * <p>A normal start shows BOOTING, LOADCFG, READY in this order, and READY only after the agent
 * itself said so (see {@link AgentContext#ready()}).
 */
public enum ProcessState {
  /** It does not run: never started, or stopped on purpose. */
  STOPPED,
  /** It was told to start and has not begun yet. */
  STARTED,
  /** Its {@link Agent#start} is running. */
  BOOTING,
  /** It waits for its configuration, or for the agents its configuration depends on. */
  LOADCFG,
  /** It serves. */
  READY,
  /** It failed; the cause is with {@link AgentHandle#failure()}. */
  FAIL
}

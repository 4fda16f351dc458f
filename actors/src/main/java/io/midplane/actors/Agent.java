package io.midplane.actors;

/**
 * A long-lived program that plugs into the runtime: the unit that is started, becomes READY, fails,
 * is restarted and is stopped.
 *
 * <p>An agent is plain code around actors of its own. {@link #start} runs on the agent's actor; it
 * spawns what the agent consists of and returns. Whoever starts it waits for {@link
 * AgentContext#ready()}, which may come from any thread, at once or much later.
 */
public interface Agent {

  /**
   * Starts the agent. Runs once per start, on the agent's own actor thread, in state BOOTING; must
   * not block, and blocking calls of the runtime are refused in it.
   *
   * @throws Exception the agent FAILs with it as the cause
   */
  void start(AgentContext context) throws Exception;

  /** Cleans up after a graceful stop, a failure or before a restart; runs on the agent's actor. */
  default void stop() {}
}

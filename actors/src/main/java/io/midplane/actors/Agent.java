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
   * not block, and blocking calls of the runtime are refused in it. When it has returned the agent
   * is in LOADCFG until it says that it is ready.
   *
   * @throws Exception the agent FAILs with it as the cause
   */
  void start(AgentContext context) throws Exception;

  /**
   * Cleans up after a graceful stop, a failure or before a restart, also if {@link #start} failed
   * halfway. Runs on the agent's actor and must not block; the actors of the agent have been told
   * to stop and may still be doing so.
   */
  default void stop() {}
}

package io.midplane.actors;

import org.slf4j.MDC;

/**
 * Whom a thread works for at the moment, as every line says that is logged meanwhile: the MDC keys
 * {@code node} (the runtime), {@code agent} (the agent or service) and, in a handler, {@code call}
 * (its number at that agent). Subsystems add {@code vr} and {@code revision}. Immutable.
 */
final class LogKeys {

  private static final String NODE = "node";
  private static final String AGENT = "agent";
  private static final String CALL = "call";

  private final String node;
  private final String agent;

  LogKeys(String node, String agent) {
    this.node = node;
    this.agent = agent;
  }

  /** From here on the calling thread works for the agent. */
  void enter() {
    MDC.put(NODE, node);
    MDC.put(AGENT, agent);
  }

  /** The same, for the n-th request that it handles. */
  void enterCall(long number) {
    enter();
    MDC.put(CALL, agent + "#" + number);
  }

  /** The thread works for nobody. */
  void leave() {
    MDC.remove(NODE);
    MDC.remove(AGENT);
  }

  /** The same, after a request. */
  void leaveCall() {
    leave();
    MDC.remove(CALL);
  }
}

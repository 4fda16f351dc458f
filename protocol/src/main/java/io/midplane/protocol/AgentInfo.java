package io.midplane.protocol;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of one agent when its node answered. Immutable.
 *
 * @param name the agent's name
 * @param state STOPPED, STARTED, BOOTING, LOADCFG, READY or FAIL
 * @param restarts how often it was restarted
 * @param started when it last started; empty for never
 * @param failure why it last failed; empty if it never did
 * @param waitingFor what it waits for before it is READY; empty for nothing
 */
public record AgentInfo(
    String name,
    String state,
    int restarts,
    Optional<Instant> started,
    Optional<String> failure,
    Optional<String> waitingFor) {}

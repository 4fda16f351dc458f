package io.midplane.calls;

import java.time.Instant;

/**
 * Who waits for whom, since when, for which call. Immutable.
 *
 * @param waiter the agent or service whose handler waits, or the thread's name where no handler
 *     runs
 * @param callee what it waits for: an agent, a service or a pool
 * @param operation what was called, in the caller's words
 * @param since when the call was made
 */
public record Wait(String waiter, String callee, String operation, Instant since) {}

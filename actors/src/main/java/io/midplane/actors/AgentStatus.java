package io.midplane.actors;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One agent as shown in lists.
 *
 * @param name the name it was started under
 * @param state where it stands
 * @param restarts how often it was started again since it was first started
 * @param started when it was last started
 * @param detail what it waits for, or why it failed; empty if there is nothing to say
 * @param failure the cause while it is in FAIL, otherwise null
 */
public record AgentStatus(
    String name,
    ProcessState state,
    int restarts,
    Instant started,
    String detail,
    @Nullable Throwable failure) {}

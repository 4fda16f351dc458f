package io.midplane.protocol;

import java.time.Instant;

/**
 * An event of a node's event bus. Immutable.
 *
 * @param id what happened; its segments go from the general to the particular
 * @param data the particulars
 * @param publisher the agent or service that published it
 * @param sequence grows by one with each event of the same publisher
 * @param time when it was published
 */
public record RemoteEvent(String id, Row data, String publisher, long sequence, Instant time) {}

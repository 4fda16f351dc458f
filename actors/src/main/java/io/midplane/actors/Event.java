package io.midplane.actors;

import io.midplane.protocol.Row;
import java.time.Instant;

/**
 * Something that happened. Crosses actor systems.
 *
 * @param id what kind of thing
 * @param data its particulars; two events of one id are told apart by these
 * @param publisher who published it: an agent, a subsystem, or the runtime
 * @param sequence counts the publisher's events, from 1; whoever subscribed to all of them sees it
 *     grow by one
 * @param time when it was published, to the microsecond
 */
public record Event(EventId id, Row data, String publisher, long sequence, Instant time)
    implements WireMessage {}

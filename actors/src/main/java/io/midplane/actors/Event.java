package io.midplane.actors;

import io.midplane.protocol.Row;
import java.time.Instant;

/**
 * Something that happened.
 *
 * @param id what kind of thing
 * @param data its particulars; two events of one id are told apart by these
 * @param sequence counts the events of the bus that published it, from 1
 * @param time when it was published
 */
public record Event(EventId id, Row data, long sequence, Instant time) {}

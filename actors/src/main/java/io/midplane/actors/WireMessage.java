package io.midplane.actors;

/**
 * A message that may cross to another actor system: as Protobuf, by the {@link WireCodec} of its
 * class. Messages without this mark stay within their own.
 */
public interface WireMessage {}

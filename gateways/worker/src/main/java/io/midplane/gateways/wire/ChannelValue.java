package io.midplane.gateways.wire;

/**
 * A channel inside a value that is sent: on the wire its id, at the other end the channel of that
 * id.
 */
public interface ChannelValue {

  /** Its number on its gateway. */
  int id();
}

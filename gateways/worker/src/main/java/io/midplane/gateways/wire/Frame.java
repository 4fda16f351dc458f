package io.midplane.gateways.wire;

/**
 * A frame: what the stream between the two ends of a gateway consists of, from the first byte
 * behind the greeting. On the wire one byte for the code, four for the channel, four for the length
 * of the payload, big-endian, then the payload.
 *
 * <p>Holds the payload itself, not a copy, and is compared by identity of that array: whoever makes
 * a frame gives the array away.
 *
 * @param code what it is for
 * @param channel the channel's id, 0 for the gateway itself
 * @param payload what it carries, often nothing
 */
@SuppressWarnings("ArrayRecordComponent") // a copy of each payload is what this must not cost
public record Frame(FrameCode code, int channel, byte[] payload) {
  /** How many bytes stand before the payload. */
  public static final int HEADER = 1 + Integer.BYTES + Integer.BYTES;

  private static final byte[] NOTHING = {};

  /** A frame without payload. */
  public static Frame of(FrameCode code, int channel) {
    return new Frame(code, channel, NOTHING);
  }

  /** As traces show it: the payload's length, never the payload. */
  @Override
  public String toString() {
    return "<Message %s channel=%d lendata=%d>".formatted(code, channel, payload.length);
  }
}

package io.midplane.xenstore.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/** A header announced a longer payload than the receiver takes; the connection cannot go on. */
public final class OversizedMessageException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final int type;
  private final int requestId;
  private final long length;

  OversizedMessageException(int type, int requestId, long length, int bound) {
    super(
        ErrorCode.PROTOCOL_VIOLATION,
        "message length: "
            + length
            + " (expected: 0 to "
            + bound
            + ") in a message of type "
            + Integer.toUnsignedString(type));
    this.type = type;
    this.requestId = requestId;
    this.length = length;
  }

  /** The type in the header. */
  public int type() {
    return type;
  }

  /** The request id in the header. */
  public int requestId() {
    return requestId;
  }

  /** The length in the header, as the unsigned number it is. */
  public long length() {
    return length;
  }
}

package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * A header that no frame begins with, or a stream that ends within a frame. Nothing behind it can
 * be read, so the gateway ends.
 */
public final class FrameException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final int frameCode;

  FrameException(ErrorCode code, long offset, int frameCode, String message) {
    super(code, "frame at offset " + offset + ", code " + frameCode + ": " + message);
    this.offset = offset;
    this.frameCode = frameCode;
  }

  /** Where the frame begins, counted from the first byte behind the greeting. */
  public long offset() {
    return offset;
  }

  /** Its first byte, which is a {@link FrameCode} if it is 0 to 7. */
  public int frameCode() {
    return frameCode;
  }
}

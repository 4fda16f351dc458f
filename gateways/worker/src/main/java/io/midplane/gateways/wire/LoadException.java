package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;

/** Bytes that are not a value, or one that is larger than {@link Limits} allow. */
public final class LoadException extends DataFormatException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  LoadException(ErrorCode code, long offset, String message) {
    super(code, "offset " + offset + ": " + message);
    this.offset = offset;
  }

  LoadException(long offset, String message) {
    this(ErrorCode.PROTOCOL_VIOLATION, offset, message);
  }

  /** Where the instruction begins that could not be followed, counted from the first byte given. */
  public long offset() {
    return offset;
  }
}

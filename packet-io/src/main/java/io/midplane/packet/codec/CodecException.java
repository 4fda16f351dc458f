package io.midplane.packet.codec;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * The only exception of the codecs: PROTOCOL_VIOLATION if bytes are not what the protocol says they
 * are, INVALID_ARGUMENT if a value does not fit into its field.
 */
public final class CodecException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private CodecException(ErrorCode code, String message) {
    super(code, message);
  }

  /** Bytes that are not what they should be. */
  static CodecException malformed(String what, Object found, Object expected) {
    return new CodecException(
        ErrorCode.PROTOCOL_VIOLATION, what + ": " + found + " (expected: " + expected + ")");
  }

  /** A value that does not fit into its field. */
  static CodecException unfit(String what, long value, long most) {
    return new CodecException(
        ErrorCode.INVALID_ARGUMENT, what + ": " + value + " (expected: 0 to " + most + ")");
  }
}

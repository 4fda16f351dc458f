package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/**
 * Why a request or a whole connection ended on this side. Everyone concerned gets an exception of
 * their own.
 */
record Ending(ErrorCode code, String message, @Nullable Throwable cause) {

  static Ending of(MidplaneException error) {
    return new Ending(error.code(), String.valueOf(error.getMessage()), error);
  }

  MidplaneException exception() {
    return cause instanceof ProtocolViolationException violation
        ? new ProtocolViolationException(
            violation.offset(), violation.field(), violation.value(), violation.expected())
        : new MidplaneException(code, message, cause);
  }
}

package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/** Why a request or a connection ended on this side. Everyone gets an exception of their own. */
record Ending(ErrorCode code, String message, @Nullable Throwable cause) {

  MidplaneException exception() {
    return new MidplaneException(code, message, cause);
  }

  /** The same as the end of one request. */
  MidplaneException exceptionOf(Object request) {
    return new MidplaneException(code, request + ": " + message, cause);
  }
}

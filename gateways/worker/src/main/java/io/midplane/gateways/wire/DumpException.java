package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;

/** A value that has no form on the wire, or is larger than {@link Limits} allow. */
public final class DumpException extends DataFormatException {
  private static final long serialVersionUID = 1L;

  DumpException(ErrorCode code, String message) {
    super(code, message);
  }

  DumpException(String message) {
    this(ErrorCode.INVALID_ARGUMENT, message);
  }
}

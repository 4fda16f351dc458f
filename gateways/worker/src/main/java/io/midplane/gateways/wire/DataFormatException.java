package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * A value that cannot be written, or bytes that are not a value: {@link DumpException} or {@link
 * LoadException}. Nothing else is thrown for bad data, whatever the data is.
 */
public abstract sealed class DataFormatException extends MidplaneException
    permits DumpException, LoadException {
  private static final long serialVersionUID = 1L;

  DataFormatException(ErrorCode code, String message) {
    super(code, message);
  }
}

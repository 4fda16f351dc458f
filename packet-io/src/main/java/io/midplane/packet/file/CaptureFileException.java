package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * A capture file is not what it should be from some byte on: DAMAGED, or UNSUPPORTED if it may well
 * be right but is not understood here. What came before that byte was read.
 */
public final class CaptureFileException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final long position;

  CaptureFileException(ErrorCode code, long position, String found, String expected) {
    super(code, "capture file: %s at byte %d (expected: %s)".formatted(found, position, expected));
    this.position = position;
  }

  /** Where in the file the record, block or header begins that is wrong, in bytes from 0. */
  public long position() {
    return position;
  }
}

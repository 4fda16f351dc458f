package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * The other side sent what the northbound protocol forbids; the connection is of no further use.
 * Its code is PROTOCOL_VIOLATION.
 */
public final class ProtocolViolationException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final String field;
  private final String value;
  private final String expected;

  /**
   * A violation.
   *
   * @param offset where the offending field begins, in bytes since the connection began
   * @param field the offending field, for example {@code "frame length"}
   * @param value what it holds
   * @param expected what it may hold
   */
  public ProtocolViolationException(long offset, String field, String value, String expected) {
    super(
        ErrorCode.PROTOCOL_VIOLATION,
        field
            + ": "
            + value
            + " at byte "
            + offset
            + " (expected: "
            + expected
            + "); the connection is closed, check that both sides speak protocol version "
            + MidplaneClient.PROTOCOL_VERSION);
    this.offset = offset;
    this.field = field;
    this.value = value;
    this.expected = expected;
  }

  /** Where the offending field begins, in bytes since the connection began. */
  public long offset() {
    return offset;
  }

  /** The offending field. */
  public String field() {
    return field;
  }

  /** What the field holds. */
  public String value() {
    return value;
  }

  /** What the field may hold. */
  public String expected() {
    return expected;
  }
}

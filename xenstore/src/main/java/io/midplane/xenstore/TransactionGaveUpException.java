package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/** A transaction met a conflict at each of the attempts that its policy allows. */
public final class TransactionGaveUpException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final int attempts;

  TransactionGaveUpException(int attempts, String message) {
    super(ErrorCode.BUSY, message);
    this.attempts = attempts;
  }

  /** How often the body was run. */
  public int attempts() {
    return attempts;
  }
}

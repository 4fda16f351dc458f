package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * The far end of a gateway is gone though nobody asked it to go: everybody who waits on one of its
 * channels gets this at once. {@link #exit()} says how it went.
 */
public final class WorkerDiedException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final transient WorkerExit exit;

  WorkerDiedException(ErrorCode code, String message, WorkerExit exit) {
    super(code, message);
    this.exit = exit;
  }

  /** Exit status, signal and last lines of standard error, as far as they are known. */
  public WorkerExit exit() {
    return exit;
  }
}

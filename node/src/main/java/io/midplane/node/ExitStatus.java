package io.midplane.node;

import io.midplane.calls.ErrorCode;

/**
 * What the {@code midplane} program ends with; {@code docs/reference/cli.md} lists the meanings.
 */
public final class ExitStatus {
  /** Done. */
  public static final int OK = 0;

  /** The other side refused or failed. */
  public static final int FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** No node, no such module, or one that is not ready. */
  public static final int UNREACHABLE = 3;

  /** Not allowed. */
  public static final int NOT_ALLOWED = 4;

  /** Timed out. */
  public static final int TIMED_OUT = 5;

  private ExitStatus() {}

  /** The status for an error. */
  public static int of(ErrorCode code) {
    return switch (code) {
      case MODULE_UNAVAILABLE, UNREACHABLE -> UNREACHABLE;
      case NOT_ALLOWED -> NOT_ALLOWED;
      case TIMED_OUT -> TIMED_OUT;
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          AGENT_REFUSED,
          UNSUPPORTED,
          LIMIT_EXCEEDED,
          CANCELLED,
          CLOSED,
          DEADLOCK_DETECTED,
          PROTOCOL_VIOLATION,
          INTERNAL,
          BUSY,
          CALLEE_DIED,
          IO_FAILED,
          DAMAGED ->
          FAILED;
    };
  }
}

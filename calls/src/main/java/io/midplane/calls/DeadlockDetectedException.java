package io.midplane.calls;

import java.util.List;

/**
 * A synchronous call was refused because its wait could never have ended. Nothing was sent.
 *
 * <p>It is thrown by the caller who would have completed the cycle; everybody already waiting goes
 * on waiting for calls that can now be answered. A {@linkplain Call#forwardedTo forwarded} call
 * that would complete a cycle ends with it at the caller that waits. At {@link DeadlockLevel#L6} it
 * ends a wait that had begun. Rules: {@code docs/behaviours/call-safety.md}.
 */
public final class DeadlockDetectedException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final DeadlockLevel level;
  private final List<Wait> cycle;

  DeadlockDetectedException(DeadlockLevel level, List<Wait> cycle, String message) {
    super(ErrorCode.DEADLOCK_DETECTED, message);
    this.level = level;
    this.cycle = List.copyOf(cycle);
  }

  /**
   * An error that is not the graph's own: found by another process, which told a client of it, or
   * by the two ends of a channel.
   */
  public static DeadlockDetectedException told(
      DeadlockLevel level, List<Wait> cycle, String message) {
    return new DeadlockDetectedException(level, cycle, message);
  }

  /** How it would have hung. */
  public DeadlockLevel level() {
    return level;
  }

  /**
   * The cycle, the refused call first; each callee is, or is run by, the next waiter, and the last
   * callee is the first waiter. Empty at {@link DeadlockLevel#L0}, where there is no cycle.
   */
  public List<Wait> cycle() {
    return cycle;
  }
}

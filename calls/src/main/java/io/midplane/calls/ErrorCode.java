package io.midplane.calls;

/** What went wrong, in one word; {@link #category()} says what to do about it. */
public enum ErrorCode {
  /** A value is outside its range or of the wrong type; the message names it and the range. */
  INVALID_ARGUMENT(Category.REFUSED),
  /** The thing named does not exist. */
  NOT_FOUND(Category.REFUSED),
  /** A thing of that name exists already. */
  ALREADY_EXISTS(Category.REFUSED),
  /** The agent's own handler turned the request down; the message is the agent's. */
  AGENT_REFUSED(Category.REFUSED),
  /** The caller lacks the right to do this. */
  NOT_ALLOWED(Category.REFUSED),
  /** The other side does not offer this operation. */
  UNSUPPORTED(Category.REFUSED),
  /** A documented limit would be passed; the message names the limit. */
  LIMIT_EXCEEDED(Category.REFUSED),
  /** Somebody called this off: a cancellation or an interrupt. */
  CANCELLED(Category.REFUSED),
  /** The object was closed before the call. */
  CLOSED(Category.REFUSED),
  /** The wait could never have ended; see {@link DeadlockDetectedException}. */
  DEADLOCK_DETECTED(Category.BUG),
  /** The other side sent what the protocol forbids. */
  PROTOCOL_VIOLATION(Category.BUG),
  /** A handler failed in a way nobody foresaw; the cause is attached. */
  INTERNAL(Category.BUG),
  /** The module is there but not ready; wait for it. */
  MODULE_UNAVAILABLE(Category.RETRYABLE),
  /** Something that excludes this call is under way, a save for example. */
  BUSY(Category.RETRYABLE),
  /** The deadline passed before the answer came. */
  TIMED_OUT(Category.RETRYABLE),
  /** The callee stopped, failed or was restarted while the call was open. */
  CALLEE_DIED(Category.RETRYABLE),
  /** The other process or machine cannot be reached. */
  UNREACHABLE(Category.RETRYABLE),
  /** Reading or writing a file or device failed. */
  IO_FAILED(Category.FATAL),
  /** Stored data does not pass its own checks. */
  DAMAGED(Category.FATAL);

  private final Category category;

  ErrorCode(Category category) {
    this.category = category;
  }

  /** What the caller can do about it. */
  public Category category() {
    return category;
  }
}

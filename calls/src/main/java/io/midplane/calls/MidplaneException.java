package io.midplane.calls;

import org.jspecify.annotations.Nullable;

/**
 * The root of every error Midplane throws on purpose.
 *
 * <p>The message says the fact, the value, what was expected and what to do; {@link #code()} and
 * {@link #category()} say the same to a program.
 */
public class MidplaneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** An error without a cause. */
  public MidplaneException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** An error with the exception that led to it, or null. */
  public MidplaneException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What went wrong. */
  public final ErrorCode code() {
    return code;
  }

  /** What the caller can do about it. */
  public final Category category() {
    return code.category();
  }
}

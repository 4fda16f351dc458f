package io.midplane.calls;

/** What the caller can do about an error. */
public enum Category {
  /** The same call may succeed later; nothing is wrong with it. */
  RETRYABLE,
  /** The call was understood and turned down; change it before trying again. */
  REFUSED,
  /** A mistake in a program: the caller's or ours. Trying again will not help. */
  BUG,
  /** Something this process relies on is broken; a person has to look. */
  FATAL
}

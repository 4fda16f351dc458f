package io.midplane.calls;

/**
 * What a call does, for error messages and dumps, and how it could be done without blocking.
 * Immutable.
 *
 * @param text says what is called, such as {@code get vlan 7}; its {@code toString()} runs only
 *     when a message or a dump needs it, maybe on another thread
 * @param alternative the way that does not block, such as {@code getAsync()}; an error message
 *     recommends it
 * @param shared whether it may run beside other shared operations at a {@linkplain
 *     CallGraph#parallelCallee parallel callee}; elsewhere without meaning
 */
public record Operation(Object text, String alternative, boolean shared) {

  /** An operation that has its callee for itself. */
  public Operation(Object text, String alternative) {
    this(text, alternative, false);
  }

  /** An operation that a parallel callee may run beside other shared ones. */
  public static Operation shared(Object text, String alternative) {
    return new Operation(text, alternative, true);
  }

  /** The text alone. */
  @Override
  public String toString() {
    return text.toString();
  }
}

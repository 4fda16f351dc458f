package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * The rule for names of agents, processes, nodes and saved configurations: a letter, then up to 30
 * letters, digits or underscores, all of them ASCII (behaviour R1).
 */
public final class ProcessName {
  /** The most characters a name may have. */
  public static final int MAX_LENGTH = 31;

  private ProcessName() {}

  /**
   * Returns the name if it keeps the rule. Blocks: no. Thread-safe.
   *
   * @param name the name to check
   * @param what whose name it is, for the message, for example {@code "agent name"}
   * @return {@code name}
   * @throws MidplaneException INVALID_ARGUMENT that names the rule
   */
  public static String check(String name, String what) {
    if (isValid(name)) {
      return name;
    }
    throw new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        what + ": '" + name + "' (expected: a letter, then at most 30 letters, digits or '_')");
  }

  /** Whether the name keeps the rule. Blocks: no. Thread-safe. */
  public static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH || !isLetter(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '_') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}

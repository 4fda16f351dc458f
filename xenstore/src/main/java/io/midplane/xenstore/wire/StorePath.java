package io.midplane.xenstore.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/**
 * The rules for paths. A path that begins with {@code /} is absolute, any other is relative to the
 * caller's home {@code /local/domain/N}. Allowed are ASCII letters, digits and {@code - / _ @}.
 */
public final class StorePath {
  /** The longest absolute path. */
  public static final int MAX_ABSOLUTE = 3072;

  /** The longest relative path. */
  public static final int MAX_RELATIVE = 2048;

  /** Fires when a domain was introduced; a path for watches and permissions only. */
  public static final String INTRODUCE_DOMAIN = "@introduceDomain";

  /** Fires when a domain is gone; a path for watches and permissions only. */
  public static final String RELEASE_DOMAIN = "@releaseDomain";

  private static final boolean[] ALLOWED = new boolean[128];

  static {
    for (char allowed :
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/_@".toCharArray()) {
      ALLOWED[allowed] = true;
    }
  }

  private StorePath() {}

  /** Whether it names an event of the server's and no node: it begins with {@code @}. */
  public static boolean isSpecial(String path) {
    return !path.isEmpty() && path.charAt(0) == '@';
  }

  /** Whether it begins at the root. */
  public static boolean isAbsolute(String path) {
    return !path.isEmpty() && path.charAt(0) == '/';
  }

  /**
   * Answers the path if it may name a node.
   *
   * @throws MidplaneException INVALID_ARGUMENT with the rule it breaks; a special path breaks one
   */
  public static String check(String path) {
    String problem =
        isSpecial(path) ? "is a special path (expected: the path of a node)" : problem(path);
    if (problem != null) {
      throw refused(path, problem);
    }
    return path;
  }

  /**
   * Answers the path if it may be watched: that of a node, or a special one.
   *
   * @throws MidplaneException INVALID_ARGUMENT with the rule it breaks
   */
  public static String checkWatched(String path) {
    String problem = problem(path);
    if (problem != null) {
      throw refused(path, problem);
    }
    return path;
  }

  /** The rule a path breaks, in words, or null if it breaks none. Special paths break none. */
  public static @Nullable String problem(String path) {
    int length = path.length();
    if (length == 0) {
      return "is empty (expected: at least one character)";
    }
    boolean absolute = path.charAt(0) == '/';
    int most = absolute ? MAX_ABSOLUTE : MAX_RELATIVE;
    if (length > most) {
      return "has " + length + " characters (expected: up to " + most + ")";
    }
    String character = illegalCharacter(path);
    if (character != null) {
      return character;
    }
    if (length > 1 && path.charAt(length - 1) == '/') {
      return "ends with / (expected: no / at the end)";
    }
    return path.contains("//") ? "has // in it (expected: single slashes)" : null;
  }

  /** Whether all characters are allowed in paths. */
  public static boolean isLegalText(String path) {
    for (int at = 0; at < path.length(); at++) {
      char character = path.charAt(at);
      if (character >= ALLOWED.length || !ALLOWED[character]) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String illegalCharacter(String path) {
    for (int at = 0; at < path.length(); at++) {
      char character = path.charAt(at);
      if (character == '\n') {
        return "has a newline at " + at + " (expected: letters, digits, - / _ @)";
      }
      if (character >= ALLOWED.length || !ALLOWED[character]) {
        return "has the character 0x"
            + Integer.toHexString(character)
            + " at "
            + at
            + " (expected: letters, digits, - / _ @)";
      }
    }
    return null;
  }

  private static MidplaneException refused(String path, String problem) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT, "path \"" + Texts.shown(Texts.bytes(path)) + "\" " + problem);
  }
}

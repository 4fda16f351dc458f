package io.midplane.xenstore.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.Locale;

/**
 * An entry in a node's list of permissions: what a domain may do. The domain of the list's first
 * entry owns the node and may do everything; its right is that of every domain not listed.
 *
 * @param right what is allowed
 * @param domain to whom
 */
public record Permission(Right right, DomainId domain) {

  /** What may be done with a node. */
  public enum Right {
    /** Nothing: {@code n}. */
    NONE('n', false, false),
    /** Reading: {@code r}. */
    READ('r', true, false),
    /** Writing: {@code w}. */
    WRITE('w', false, true),
    /** Both: {@code b}. */
    BOTH('b', true, true);

    private final char letter;
    private final boolean read;
    private final boolean write;

    Right(char letter, boolean read, boolean write) {
      this.letter = letter;
      this.read = read;
      this.write = write;
    }

    /** The letter on the wire. */
    public char letter() {
      return letter;
    }

    /** Whether it includes reading. */
    public boolean mayRead() {
      return read;
    }

    /** Whether it includes writing. */
    public boolean mayWrite() {
      return write;
    }
  }

  /** A right for a domain's number. */
  public static Permission of(Right right, int domain) {
    return new Permission(right, new DomainId(domain));
  }

  /**
   * Reads {@code b0}: one letter of n, r, w, b, and a decimal domain id.
   *
   * @throws MidplaneException INVALID_ARGUMENT if it is anything else
   */
  public static Permission parse(String text) {
    if (text.length() < 2 || text.length() > 6) {
      throw malformed(text);
    }
    int domain = 0;
    for (int at = 1; at < text.length(); at++) {
      int digit = text.charAt(at) - '0';
      if (digit < 0 || digit > 9) {
        throw malformed(text);
      }
      domain = domain * 10 + digit;
    }
    for (Right right : Right.values()) {
      if (right.letter == text.charAt(0)) {
        return of(right, domain);
      }
    }
    throw malformed(text);
  }

  private static MidplaneException malformed(String text) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        String.format(
            Locale.ROOT,
            "permission: \"%s\" (expected: n, r, w or b and a decimal domain id, such as b0)",
            Texts.shown(Texts.bytes(text))));
  }

  /** As it stands on the wire, such as {@code b0}. */
  @Override
  public String toString() {
    return right.letter + domain.toString();
  }
}

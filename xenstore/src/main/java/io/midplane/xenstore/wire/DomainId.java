package io.midplane.xenstore.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * The number of a domain.
 *
 * @param value 0 to 65535; domains have 0 to 32751, what lies above is reserved
 */
public record DomainId(int value) implements Comparable<DomainId> {
  /** The first number no domain has. */
  public static final int FIRST_RESERVED = 0x7ff0;

  /** The control domain; connections through a socket speak for it. */
  public static final DomainId CONTROL = new DomainId(0);

  /** In requests: the domain that asks. */
  public static final DomainId SELF = new DomainId(FIRST_RESERVED);

  /** In permissions: any domain, where the server has that feature. */
  public static final DomainId ANY = new DomainId(0x7ff5);

  /** Checks the range. */
  public DomainId {
    if (value < 0 || value > 0xffff) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "domain id: " + value + " (expected: 0 to 65535)");
    }
  }

  /** A number that stands for a special meaning and not for a domain. */
  public boolean isReserved() {
    return value >= FIRST_RESERVED;
  }

  /** Where the domain's relative paths begin: {@code /local/domain/N}. */
  public String home() {
    return "/local/domain/" + value;
  }

  @Override
  public int compareTo(DomainId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}

package io.midplane.actors;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.List;

/**
 * Hierarchical name of an event, for instance {@code cm.vlan.set}; the empty id is the root of all.
 *
 * @param parts from the general to the particular; each a letter or digit followed by letters,
 *     digits, {@code _} and {@code -}
 */
public record EventId(List<String> parts) {

  /** Above every other id. */
  public static final EventId ROOT = new EventId(List.of());

  /** Checks the parts. */
  public EventId {
    parts = List.copyOf(parts);
    for (String part : parts) {
      if (!isPart(part)) {
        throw new MidplaneException(
            ErrorCode.INVALID_ARGUMENT,
            "event id: part \"" + part + "\" (expected: letters, digits, \"_\" and \"-\")");
      }
    }
  }

  /** The id of these parts. */
  public static EventId of(String... parts) {
    return new EventId(List.of(parts));
  }

  /** Reads {@code a.b.c}; an empty text is the root. */
  public static EventId parse(String text) {
    return text.isEmpty() ? ROOT : new EventId(List.of(text.split("\\.", -1)));
  }

  /** True if this id is {@code other} or stands above it. */
  public boolean isPrefixOf(EventId other) {
    return parts.size() <= other.parts.size() && parts.equals(other.parts.subList(0, parts.size()));
  }

  @Override
  public String toString() {
    return String.join(".", parts);
  }

  private static boolean isPart(String part) {
    if (part.isEmpty()) {
      return false;
    }
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && (i == 0 || (c != '_' && c != '-'))) {
        return false;
      }
    }
    return true;
  }
}

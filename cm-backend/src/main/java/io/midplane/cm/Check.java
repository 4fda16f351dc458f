package io.midplane.cm;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rule for the values of a column, kept by the runtime before an agent sees a value. The value is
 * of the column's type already and never null.
 */
@FunctionalInterface
public non-sealed interface Check extends ColumnOption {

  /**
   * What is expected instead of this value, in words for the error message; null if it is fine.
   *
   * @param value a value as {@link io.midplane.protocol.Row} holds it: String, Long, Boolean,
   *     Double, Bytes or a list of these
   */
  @Nullable String refusal(Object value);

  /** An integer from {@code min} to {@code max}. */
  static Check range(long min, long max) {
    String expected = min + " to " + max;
    return value ->
        value instanceof Long number && number >= min && number <= max ? null : expected;
  }

  /** A number from {@code min} to {@code max}. */
  static Check range(double min, double max) {
    String expected = min + " to " + max;
    return value ->
        value instanceof Double number && number >= min && number <= max ? null : expected;
  }

  /** A letter, then letters, digits and {@code _}, all ASCII, shorter than {@code limit}. */
  static Check identifier(int limit) {
    return matching(
        "[A-Za-z][A-Za-z0-9_]{0,%d}".formatted(limit - 2),
        "a letter, then letters, digits or '_', shorter than " + limit);
  }

  /** A text of {@code min} to {@code max} characters. */
  static Check length(int min, int max) {
    String expected = "a text of " + min + " to " + max + " characters";
    return value ->
        value instanceof String text && text.length() >= min && text.length() <= max
            ? null
            : expected;
  }

  /**
   * A text that matches a regular expression as a whole.
   *
   * @param expected the rule in words
   */
  static Check matching(String regex, String expected) {
    Pattern pattern = Pattern.compile(regex);
    return value ->
        value instanceof String text && pattern.matcher(text).matches() ? null : expected;
  }

  /** One of these texts. */
  static Check oneOf(String... texts) {
    List<String> allowed = List.of(texts);
    String expected = "one of " + String.join(", ", allowed);
    return value -> value instanceof String text && allowed.contains(text) ? null : expected;
  }

  /** A list whose items each pass {@code check}. */
  static Check each(Check check) {
    return value -> {
      for (Object item : value instanceof List<?> items ? items : List.of(value)) {
        String refusal = item == null ? "no null" : check.refusal(item);
        if (refusal != null) {
          return "each " + refusal;
        }
      }
      return null;
    };
  }
}

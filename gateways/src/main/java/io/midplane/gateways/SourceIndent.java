package io.midplane.gateways;

import java.util.List;

/** The margin that a text has in common, as one within other code has it. */
final class SourceIndent {
  private SourceIndent() {}

  /** The text without it; lines keep their number. Blank lines have none. */
  static String removed(String source) {
    List<String> lines = source.lines().toList();
    String margin = null;
    for (String line : lines) {
      if (!line.isBlank()) {
        String own = line.substring(0, line.length() - line.stripLeading().length());
        margin = margin == null ? own : common(margin, own);
      }
    }
    if (margin == null || margin.isEmpty()) {
      return source;
    }
    int cut = margin.length();
    StringBuilder text = new StringBuilder(source.length());
    for (String line : lines) {
      text.append(line.isBlank() ? "" : line.substring(cut)).append('\n');
    }
    return text.toString();
  }

  private static String common(String one, String other) {
    int length = 0;
    while (length < Math.min(one.length(), other.length())
        && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    return one.substring(0, length);
  }
}

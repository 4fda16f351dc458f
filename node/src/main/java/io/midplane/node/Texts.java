package io.midplane.node;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values as people read them. */
final class Texts {
  private Texts() {}

  /**
   * A cell's value: lists with commas, none and null as a dash, nothing that could drive a
   * terminal.
   */
  // No switch over the types: linking one takes a short command some 10 ms.
  static String of(@Nullable Object value) {
    if (value == null) {
      return "-";
    }
    if (value instanceof String text) {
      return printable(text);
    }
    return value instanceof List<?> list ? list(list) : value.toString();
  }

  /** So many things: {@code 1 file}, {@code 2 files}. */
  static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private static String list(List<?> list) {
    if (list.isEmpty()) {
      return "-";
    }
    StringBuilder text = new StringBuilder();
    for (Object item : list) {
      text.append(text.isEmpty() ? "" : ", ").append(of(item));
    }
    return text.toString();
  }

  private static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return escaped(text);
      }
    }
    return text;
  }

  private static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> safe.append("\\n");
        case '\t' -> safe.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            safe.append("\\x").append(Integer.toHexString(0x100 | c).substring(1));
          } else {
            safe.append(c);
          }
        }
      }
    }
    return safe.toString();
  }
}

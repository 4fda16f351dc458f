package io.midplane.node;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows in aligned columns under a heading. The first rows decide how wide the columns are; it holds
 * these and none of those that follow.
 */
final class Listing {
  private static final int ROWS_MEASURED = 200;
  private static final String GAP = "  ";

  private final PrintStream out;
  private final List<String> columns;
  private final int[] widths;
  private final boolean[] numbers;
  private final List<String[]> measured = new ArrayList<>();
  private boolean begun;

  Listing(PrintStream out, List<String> columns) {
    this.out = out;
    this.columns = columns;
    this.widths = new int[columns.size()];
    this.numbers = new boolean[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = columns.get(i).length();
    }
  }

  /** Prints names and values, a pair a line. */
  static void sheet(PrintStream out, Map<String, ? extends @Nullable Object> values) {
    int width = values.keySet().stream().mapToInt(String::length).max().orElse(0);
    values.forEach((name, value) ->
        out.println(name + " ".repeat(width - name.length()) + GAP + Texts.of(value)));
  }

  /** Adds a row: a value for each column. */
  void add(List<? extends @Nullable Object> values) {
    String[] texts = new String[widths.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = Texts.of(values.get(i));
      numbers[i] |= !begun && values.get(i) instanceof Number;
    }
    if (begun) {
      print(texts);
      return;
    }
    for (int i = 0; i < texts.length; i++) {
      widths[i] = Math.max(widths[i], texts[i].length());
    }
    measured.add(texts);
    if (measured.size() == ROWS_MEASURED) {
      begin();
    }
  }

  /** Prints what is left; nothing at all if there was no row. */
  void end() {
    if (!begun && !measured.isEmpty()) {
      begin();
    }
  }

  private void begin() {
    begun = true;
    print(columns.stream().map(name -> name.toUpperCase(Locale.ROOT)).toArray(String[]::new));
    measured.forEach(this::print);
    measured.clear();
  }

  private void print(String[] texts) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < texts.length; i++) {
      String padding = " ".repeat(Math.max(0, widths[i] - texts[i].length()));
      boolean last = i == texts.length - 1;
      line.append(i == 0 ? "" : GAP);
      if (numbers[i]) {
        line.append(padding).append(texts[i]);
      } else {
        line.append(texts[i]).append(last ? "" : padding);
      }
    }
    out.println(line);
  }
}

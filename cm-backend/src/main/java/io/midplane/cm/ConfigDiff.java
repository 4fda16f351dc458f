package io.midplane.cm;

import io.midplane.protocol.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows in which two configurations differ, as lines: {@code - } only in the first, {@code + }
 * only in the second; a row that changed is both, one under the other.
 */
final class ConfigDiff {

  private ConfigDiff() {}

  static List<String> lines(List<SavedRows> from, List<SavedRows> to) {
    Map<String, SavedRows> before = byName(from);
    Map<String, SavedRows> after = byName(to);
    Set<String> tables = new LinkedHashSet<>(before.keySet());
    tables.addAll(after.keySet());
    List<String> lines = new ArrayList<>();
    tables.forEach(table -> addLines(lines, table, before.get(table), after.get(table)));
    return lines;
  }

  private static Map<String, SavedRows> byName(List<SavedRows> tables) {
    Map<String, SavedRows> named = new LinkedHashMap<>();
    tables.forEach(table -> named.put(table.table(), table));
    return named;
  }

  private static void addLines(
      List<String> lines, String table, @Nullable SavedRows from, @Nullable SavedRows to) {
    Map<Row, Row> before = byKey(from);
    Map<Row, Row> after = byKey(to);
    before.forEach((key, row) -> {
      Row now = after.get(key);
      if (now == null || !now.equals(row)) {
        lines.add("- " + RowText.line(table, row));
      }
      if (now != null && !now.equals(row)) {
        lines.add("+ " + RowText.line(table, now));
      }
    });
    after.forEach((key, row) -> {
      if (!before.containsKey(key)) {
        lines.add("+ " + RowText.line(table, row));
      }
    });
  }

  private static Map<Row, Row> byKey(@Nullable SavedRows table) {
    Map<Row, Row> rows = new LinkedHashMap<>();
    if (table != null) {
      for (Row row : table.rows()) {
        Row.Builder key = Row.builder();
        table.keyColumns().forEach(column -> key.put(column, row.get(column)));
        rows.put(key.build(), row);
      }
    }
    return rows;
  }
}

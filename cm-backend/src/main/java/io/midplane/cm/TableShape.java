package io.midplane.cm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a table's builder has collected. Immutable. */
record TableShape<R extends Record>(
    String name,
    Class<R> type,
    List<String> keys,
    List<String> operations,
    List<String> tableOperations,
    boolean readOnly,
    int version,
    @Nullable Migration migration) {

  TableShape {
    keys = List.copyOf(keys);
    operations = List.copyOf(operations);
    tableOperations = List.copyOf(tableOperations);
  }
}

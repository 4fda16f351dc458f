package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * A table's rows in memory, sorted by key: a complete handler whose {@code check} lets everything
 * through. A set with a new key creates, operation {@code delete} removes. Extend it to add rules.
 *
 * <p>Thread-safe: the agent may read and change the rows from its own threads as well.
 *
 * @param <R> a row
 */
public class MemoryTable<R extends Record> implements TableHandler<R> {

  private static final String DELETE = "delete";

  private final Table<R> table;
  private final NavigableMap<Key, R> rows = new ConcurrentSkipListMap<>();

  /** Without rows. */
  public MemoryTable(Table<R> table) {
    this.table = table;
  }

  /** The row with this key, if there is one. */
  public Optional<R> row(Object... key) {
    return Optional.ofNullable(rows.get(Key.of(key)));
  }

  /** The rows in the order of their keys: a view that shows what changes. */
  public Collection<R> rows() {
    return Collections.unmodifiableCollection(rows.values());
  }

  /** How many rows there are; counts them. */
  public int size() {
    return rows.size();
  }

  /** Adds a row, or replaces the one with its key. */
  public void put(R row) {
    rows.put(table.keyOf(row), row);
  }

  /** Removes the row with this key; false if there is none. */
  public boolean remove(Key key) {
    return rows.remove(key) != null;
  }

  /** Removes all rows. */
  public void clear() {
    rows.clear();
  }

  @Override
  public @Nullable R get(CmContext context, Key key) throws Exception {
    return rows.get(key);
  }

  @Override
  public @Nullable R getNext(CmContext context, @Nullable Key after) throws Exception {
    Map.Entry<Key, R> next = after == null ? rows.firstEntry() : rows.higherEntry(after);
    if (next == null) {
      return null;
    }
    if (rows.higherKey(next.getKey()) != null) {
      context.more();
    }
    return next.getValue();
  }

  @Override
  public void apply(CmContext context, Change<R> change) throws Exception {
    rows.put(change.key(), change.after());
  }

  @Override
  public void applyOperation(CmContext context, Op<R> operation) throws Exception {
    if (!operation.name().equals(DELETE)) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "%s: operation %s is not written (expected: %s)"
              .formatted(table.name(), operation.name(), DELETE));
    }
    rows.remove(table.keyOf(operation.existing()));
  }
}

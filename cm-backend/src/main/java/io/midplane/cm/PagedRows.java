package io.midplane.cm;

import io.midplane.protocol.Row;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table from the first or behind a key, fetched page by page as they are read.
 * Between two pages nothing is held anywhere but the last key, so whoever stops early need not say
 * so.
 */
final class PagedRows implements Iterable<Row> {

  /** Fetches a page; may block. */
  @FunctionalInterface
  interface Source {
    Page fetch(@Nullable Key after, int max);
  }

  private static final int PAGE = 256;

  private final Source source;
  private final BoundTable<?> table;
  private final @Nullable Key start;
  private final long limit;
  private final int page;

  PagedRows(Source source, BoundTable<?> table) {
    this(source, table, null, Long.MAX_VALUE, PAGE);
  }

  PagedRows(Source source, BoundTable<?> table, @Nullable Key start, long limit, int page) {
    this.source = source;
    this.table = table;
    this.start = start;
    this.limit = limit;
    this.page = page;
  }

  @Override
  public Iterator<Row> iterator() {
    return new Pages();
  }

  /** One pass. */
  private final class Pages implements Iterator<Row> {
    private List<Row> rows = List.of();
    private int next;
    private boolean more = true;
    private @Nullable Key after = start;
    private long left = limit;

    @Override
    public boolean hasNext() {
      while (next == rows.size() && more && left > 0) {
        fetch();
      }
      return next < rows.size();
    }

    private void fetch() {
      Page fetched = source.fetch(after, (int) Math.min(page, left));
      rows = fetched.rows();
      more = fetched.more();
      next = 0;
      left -= rows.size();
      if (!rows.isEmpty()) {
        after = table.table().keyIn(rows.getLast());
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no further row in " + table.name());
      }
      return rows.get(next++);
    }
  }
}

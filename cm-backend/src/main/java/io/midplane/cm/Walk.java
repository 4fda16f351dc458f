package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The rows of a table in the order of their keys, fetched some at a time as they are read. A row
 * that is added or removed meanwhile is seen or not, none is seen twice, and the end is reached.
 *
 * <p>Each iterator or stream is a pass of its own; reading blocks, and is refused on actor threads.
 * The agent holds nothing between two fetches, so a pass may simply be dropped. An iterator is for
 * one thread.
 */
public final class Walk implements Iterable<Row>, AutoCloseable {

  private final PagedRows rows;
  private final String table;
  private volatile boolean closed;

  Walk(PagedRows rows, String table) {
    this.rows = rows;
    this.table = table;
  }

  /** A pass over the rows; it fails as {@link Configuration#get} does. */
  @Override
  public Iterator<Row> iterator() {
    Iterator<Row> pass = rows.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        checkOpen();
        return pass.hasNext();
      }

      @Override
      public Row next() {
        checkOpen();
        return pass.next();
      }
    };
  }

  /** A pass as a sequential stream. */
  public Stream<Row> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  /** Ends all passes: reading on is an error. Optional; does not block. */
  @Override
  public void close() {
    closed = true;
  }

  private void checkOpen() {
    if (closed) {
      throw new MidplaneException(
          ErrorCode.CLOSED, "walk of %s: closed; begin a new one".formatted(table));
    }
  }
}

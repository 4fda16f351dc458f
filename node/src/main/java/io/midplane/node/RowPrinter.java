package io.midplane.node;

import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints the rows that a command on a table brings. */
interface RowPrinter {

  /** One row; null if there is none. */
  void row(@Nullable Row row, RowStatus status);

  /** The command failed; the message goes to standard error as well. */
  default void failed(String message) {}

  /** No row follows. */
  default void end() {}

  /** Whether nobody reads any more what is printed; flushes it to see. */
  default boolean isClosed() {
    return false;
  }

  /** Objects of table, status and row, one a line. */
  static RowPrinter json(String table, JsonLines lines) {
    return new RowPrinter() {
      @Override
      public void row(@Nullable Row row, RowStatus status) {
        print(row, status, null);
      }

      @Override
      public void failed(String message) {
        print(null, RowStatus.ERROR, message);
      }

      @Override
      public boolean isClosed() {
        return lines.isClosed();
      }

      private void print(@Nullable Row row, RowStatus status, @Nullable String message) {
        lines.print(json -> {
          json.writeStringField("table", table);
          json.writeStringField("status", status.name());
          json.writeFieldName("row");
          JsonLines.row(json, row);
          if (message != null) {
            json.writeStringField("message", message);
          }
        });
      }
    };
  }

  /** A line a row, in columns. */
  static RowPrinter listing(PrintStream out) {
    return new RowPrinter() {
      private @Nullable Listing listing;
      private List<String> columns = List.of();

      @Override
      public void row(@Nullable Row row, RowStatus status) {
        if (row == null) {
          return;
        }
        if (listing == null) {
          columns = List.copyOf(row.columns());
          listing = new Listing(out, columns);
        }
        List<@Nullable Object> values = new ArrayList<>(columns.size());
        columns.forEach(column -> values.add(row.get(column)));
        listing.add(values);
      }

      @Override
      public boolean isClosed() {
        return out.checkError();
      }

      @Override
      public void end() {
        if (listing != null) {
          listing.end();
        }
      }
    };
  }

  /** A line a column. */
  static RowPrinter sheet(PrintStream out) {
    return (row, status) -> {
      if (row != null) {
        Listing.sheet(out, row.asMap());
      }
    };
  }

  /** Nothing: what was done was asked for. */
  static RowPrinter silent() {
    return (row, status) -> {};
  }
}

package io.midplane.node;

import io.midplane.cm.Configuration;
import io.midplane.cm.Key;
import io.midplane.cm.Page;
import io.midplane.protocol.Row;
import io.midplane.protocol.ValueCodec;
import io.midplane.protocol.northbound.v1.Items;
import io.midplane.protocol.northbound.v1.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The rows of one walk, a page of the backend at a time; between two it holds nothing there. */
final class RowSource implements ItemSource {
  private static final int ROWS_A_PAGE = 256;

  /** A frame of rows is sent once it measures so much. */
  private static final int BYTES_A_FRAME = 64 << 10;

  private final Configuration configuration;
  private final String table;
  private final List<String> keyColumns;
  private @Nullable Key after;
  private long left;

  /**
   * @param max the most rows; 0 for all
   */
  RowSource(
      Configuration configuration,
      String table,
      List<String> keyColumns,
      @Nullable Key after,
      long max) {
    this.configuration = configuration;
    this.table = table;
    this.keyColumns = keyColumns;
    this.after = after;
    this.left = max == 0 ? Long.MAX_VALUE : max;
  }

  @Override
  public CompletionStage<Batch> next(int max) {
    int rows = (int) Math.min(left, Math.min(max, ROWS_A_PAGE));
    return Mapped.of(configuration.pageAsync(table, after, rows), this::batch);
  }

  private Batch batch(Page page) {
    List<Row> rows = page.rows();
    left -= rows.size();
    if (!rows.isEmpty()) {
      after = key(rows.getLast());
    }
    boolean last = !page.more() || left == 0;
    return new Batch(frames(rows, page.more()), rows.size(), last);
  }

  private Key key(Row row) {
    Row.Builder key = Row.builder();
    keyColumns.forEach(column -> key.put(column, row.get(column)));
    return configuration.key(table, key.build());
  }

  private static List<Items> frames(List<Row> rows, boolean moreBehind) {
    List<Items> frames = new ArrayList<>();
    RowBatch.Builder frame = RowBatch.newBuilder();
    long bytes = 0;
    for (Row row : rows) {
      var message = ValueCodec.toProto(row);
      if (bytes > 0 && bytes + message.getSerializedSize() > BYTES_A_FRAME) {
        frames.add(Items.newBuilder().setRows(frame.setMore(true)).build());
        frame = RowBatch.newBuilder();
        bytes = 0;
      }
      frame.addRows(message);
      bytes += message.getSerializedSize();
    }
    if (bytes > 0) {
      frames.add(Items.newBuilder().setRows(frame.setMore(moreBehind)).build());
    }
    return frames;
  }
}

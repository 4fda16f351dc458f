package io.midplane.protocol;

import io.midplane.protocol.northbound.v1.Items;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a walk, in the order of their keys.
 *
 * {@snippet :
 * try (var rows = node.configuration().walk("vlan")) {
 *   for (Row row : rows) {
 *     if (row.integer("id") > 100) {
 *       break;   // closing tells the node to stop
 *     }
 *   }
 * }
 * }
 */
public final class Rows extends ItemStream<Row> {
  private boolean moreBehindBatch;

  Rows(Caller caller, Exchange exchange) {
    super(caller, exchange, false);
  }

  /**
   * What the table says about the row returned last: MORE if a further row follows it, also one
   * that {@link WalkOptions#max} leaves out; SUCCESS if not, and for a walk that found no row.
   */
  public RowStatus status() {
    return !isBatchEmpty() || moreBehindBatch ? RowStatus.MORE : RowStatus.SUCCESS;
  }

  @Override
  @Nullable List<Row> items(Items message) {
    if (!message.hasRows()) {
      return null;
    }
    var rows = message.getRows();
    var decoded = new ArrayList<Row>(rows.getRowsCount());
    for (int i = 0; i < rows.getRowsCount(); i++) {
      decoded.add(ValueCodec.fromProto(rows.getRows(i)));
    }
    moreBehindBatch = rows.getMore();
    return decoded;
  }
}

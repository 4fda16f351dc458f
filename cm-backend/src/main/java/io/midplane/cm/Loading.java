package io.midplane.cm;

import io.midplane.actors.EventId;
import io.midplane.cm.CmContext.Action;
import io.midplane.cm.CmContext.Purpose;
import io.midplane.protocol.Row;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one agent is loading, in saved order. A row that cannot be set is reported and left
 * out. Handed from turn to turn; never used by two threads at once.
 */
final class Loading {

  private static final int ROWS_A_TURN = 256;

  private final Core core;
  private final Registration registration;
  private final Iterator<SavedRows> tables;
  private @Nullable SavedRows current;
  private Iterator<Row> rows = List.<Row>of().iterator();

  Loading(Core core, Registration registration, List<SavedRows> tables) {
    this.core = core;
    this.registration = registration;
    this.tables = tables.iterator();
  }

  /** Goes on to the next table with rows left, if there is one. */
  boolean hasNext() {
    while (!rows.hasNext() && tables.hasNext()) {
      current = tables.next();
      rows = current.rows().iterator();
    }
    return rows.hasNext();
  }

  /** The table that the next row is for. */
  BoundTable<?> table() {
    return registration.table(saved().table());
  }

  /** Sets the next rows of the table, on the thread that has the turn. */
  void loadSome(boolean async) {
    BoundTable<?> table = table();
    for (int i = 0; i < ROWS_A_TURN && rows.hasNext(); i++) {
      load(table, rows.next(), async);
    }
  }

  private void load(BoundTable<?> table, Row row, boolean async) {
    var action = new Action(ActionKind.SET, Purpose.LOAD, async, Origin.UNKNOWN, List.of());
    var context = new CmContext(core.midplane(), table.table(), action, null, null);
    try {
      var _ = table.set(context, migrated(table, row));
    } catch (Throwable failure) {
      var reason = registration.failure(table.name(), ActionKind.SET, failure, async);
      registration
          .context()
          .log()
          .warn(
              "CM-0102 row {} of table {} was not loaded: {}",
              row,
              table.name(),
              reason.getMessage());
      registration
          .context()
          .publish(
              EventId.of("config", "load", "failed"),
              Row.of("table", table.name(), "row", row.toString(), "message", reason.getMessage()));
    } finally {
      context.end();
    }
  }

  private Row migrated(BoundTable<?> table, Row row) {
    int version = saved().version();
    return version == table.table().version()
        ? row
        : table.table().migration().map(m -> m.migrate(version, row)).orElse(row);
  }

  private SavedRows saved() {
    SavedRows now = current;
    if (now == null) {
      throw new IllegalStateException("no table yet; ask hasNext() first");
    }
    return now;
  }
}

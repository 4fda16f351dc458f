package io.midplane.node;

import io.midplane.cm.Check;
import io.midplane.cm.CmAgent;
import io.midplane.cm.CmContext;
import io.midplane.cm.CmEvent;
import io.midplane.cm.Configuration;
import io.midplane.cm.Declaration;
import io.midplane.cm.Key;
import io.midplane.cm.MemoryTable;
import io.midplane.cm.Op;
import io.midplane.cm.Table;
import java.util.concurrent.CountDownLatch;

/**
 * The agent that goes wrong when the tests ask it to: {@code break} is an Error in a handler,
 * {@code loop} a handler on the actor's thread that never ends and heeds no interrupt, {@code
 * deadlock} a call to itself. A save waits for {@link #release} while there is a row named slow.
 */
public final class TroubleAgent extends CmAgent {

  /** A row. */
  public record Trouble(String name) {}

  static final Table<Trouble> TROUBLES =
      Table.of("trouble", Trouble.class)
          .key("name", Check.identifier(32))
          .tableOperation("break")
          .tableOperation("loop")
          .build();

  static final Table<Trouble> CALLERS =
      Table.of("caller", Trouble.class).key("name").tableOperation("deadlock").build();

  private final CountDownLatch released = new CountDownLatch(1);
  private final MemoryTable<Trouble> rows = new Troubles();

  /** Lets a save go on. */
  void release() {
    released.countDown();
  }

  @Override
  protected void declare(Declaration cm) {
    cm.table(TROUBLES, rows).persistent();
    cm.table(CALLERS, new Callers()).async();
    cm.asyncEvents();
  }

  @Override
  protected void onSaveStart(CmEvent event) throws InterruptedException {
    if (rows.rows().stream().anyMatch(row -> row.name().equals("slow"))) {
      released.await();
    }
  }

  private static final class Troubles extends MemoryTable<Trouble> {
    Troubles() {
      super(TROUBLES);
    }

    @Override
    public void applyOperation(CmContext context, Op<Trouble> operation) {
      if (operation.name().equals("break")) {
        throw new AssertionError("the hardware is gone");
      }
      context.notifyCli("looping");
      while (!context.user().isEmpty()) {
        Thread.onSpinWait();
      }
    }
  }

  private static final class Callers extends MemoryTable<Trouble> {
    Callers() {
      super(CALLERS);
    }

    @Override
    public void applyOperation(CmContext context, Op<Trouble> operation) {
      var _ = Configuration.of(context.midplane()).get("caller", Key.of("x"));
    }
  }
}

package io.midplane.node;

import io.midplane.cm.Change;
import io.midplane.cm.Check;
import io.midplane.cm.CmAgent;
import io.midplane.cm.CmContext;
import io.midplane.cm.Declaration;
import io.midplane.cm.Default;
import io.midplane.cm.Key;
import io.midplane.cm.MemoryTable;
import io.midplane.cm.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The agent that the tests configure over the socket: lamps, kept in memory and saved. */
public final class LampAgent extends CmAgent {

  /** A lamp. */
  public record Lamp(String name, int watts, boolean on, List<String> rooms) {}

  /** A row of the table that is so long that a walk sees no end of it. */
  public record Star(int number, String name) {}

  static final Table<Lamp> LAMPS =
      Table.of("lamp", Lamp.class)
          .key("name", Check.identifier(32))
          .column("watts", Check.range(1, 100))
          .column("on", Default.of(false))
          .column("rooms", Default.of(List.of()))
          .operation("delete")
          .build();

  static final Table<Star> STARS =
      Table.of("star", Star.class)
          .key("number", Check.range(0, 1_000_000))
          .column("name")
          .readOnly()
          .build();

  /** How many stars there are. */
  static final int STAR_COUNT = 100_000;

  @Override
  protected void declare(Declaration cm) {
    cm.table(LAMPS, new Lamps()).persistent();
    cm.table(STARS, new Stars()).parallelGets();
  }

  private static final class Lamps extends MemoryTable<Lamp> {
    Lamps() {
      super(LAMPS);
    }

    @Override
    public void check(CmContext context, Change<Lamp> change) {
      if (change.after().watts() == 13) {
        throw context.raiseError("no lamp has 13 watts\nin this house");
      }
    }

    @Override
    public void apply(CmContext context, Change<Lamp> change) throws Exception {
      context.notifyCli("switching " + change.after().name());
      context.notifyCli("asked by " + context.user() + " in " + context.vrName());
      super.apply(context, change);
    }
  }

  private static final class Stars implements io.midplane.cm.TableHandler<Star> {
    @Override
    public @Nullable Star get(CmContext context, Key key) {
      return key.integer(0) < STAR_COUNT ? star(key.integer(0)) : null;
    }

    @Override
    public @Nullable Star getNext(CmContext context, @Nullable Key after) {
      long next = after == null ? 0 : after.integer(0) + 1;
      if (next >= STAR_COUNT) {
        return null;
      }
      if (next + 1 < STAR_COUNT) {
        context.more();
      }
      return star(next);
    }

    private static Star star(long number) {
      return new Star((int) number, "star " + number);
    }
  }
}

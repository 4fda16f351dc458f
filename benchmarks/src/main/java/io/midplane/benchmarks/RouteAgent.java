package io.midplane.benchmarks;

import io.midplane.cm.Check;
import io.midplane.cm.CmAgent;
import io.midplane.cm.Declaration;
import io.midplane.cm.Default;
import io.midplane.cm.MemoryTable;
import io.midplane.cm.Table;
import io.midplane.protocol.Row;
import java.util.List;

/**
 * The agent whose tables are measured: a large table in memory, with a column of each common type.
 * Not persistent; the rows are there from the start.
 */
public final class RouteAgent extends CmAgent {

  /** The name of its table. */
  static final String TABLE = "route";

  private static final int DEFAULT_ROWS = 1000;

  /** A row. */
  public record Route(String name, int metric, List<String> ports, String description) {}

  private static final Table<Route> ROUTES =
      Table.of(TABLE, Route.class)
          .key("name", Check.identifier(32))
          .column("metric", Check.range(0, 1_000_000_000))
          .column("ports", Default.of(List.of()))
          .column("description", Default.of(""))
          .operation("delete")
          .build();

  private final MemoryTable<Route> routes = new MemoryTable<>(ROUTES);

  /** With a thousand rows; what {@code node start --agent} makes. */
  public RouteAgent() {
    this(DEFAULT_ROWS);
  }

  /** With that many rows. */
  RouteAgent(int rows) {
    for (int i = 0; i < rows; i++) {
      routes.put(new Route(name(i), i, List.of("1:" + i % 48), "measured"));
    }
  }

  @Override
  protected void declare(Declaration cm) {
    cm.table(ROUTES, routes);
  }

  /** The key of a row that is there from the start. */
  static String name(int index) {
    return "r%06d".formatted(index);
  }

  /** What a set changes of it. */
  static Row changed(String name, int metric) {
    return Row.of("name", name, "metric", metric);
  }
}

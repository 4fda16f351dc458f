package io.midplane.cm;

import io.midplane.actors.EventBus.Publisher;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ProcessName;
import java.util.ArrayList;
import java.util.List;

/**
 * What an agent says about itself before it starts; means something within {@code declare} only.
 */
public final class Declaration {

  private record Declared<R extends Record>(
      Table<R> table, TableHandler<R> handler, TableDeclaration options) {
    BoundTable<R> bind(Publisher events) {
      return new BoundTable<>(events, table, handler, options.options());
    }
  }

  private final List<Declared<?>> tables = new ArrayList<>();
  private final List<String> configDeps = new ArrayList<>();
  private boolean asyncEvents;

  Declaration() {}

  /**
   * The agent owns a table and serves it with a handler.
   *
   * @throws MidplaneException ALREADY_EXISTS if it has a table of that name
   */
  public <R extends Record> TableDeclaration table(Table<R> table, TableHandler<R> handler) {
    if (tables.stream().anyMatch(t -> t.table().name().equals(table.name()))) {
      throw new MidplaneException(
          ErrorCode.ALREADY_EXISTS, "table %s: declared twice".formatted(table.name()));
    }
    var declaration = new TableDeclaration(table);
    tables.add(new Declared<>(table, handler, declaration));
    return declaration;
  }

  /**
   * The agent's configuration is loaded only when these agents have loaded theirs and are READY.
   * One that never becomes READY keeps this agent in LOADCFG.
   */
  public Declaration configDeps(String... agents) {
    for (String agent : agents) {
      ProcessName.check(agent, "configDeps");
      if (!configDeps.contains(agent)) {
        configDeps.add(agent);
      }
    }
    return this;
  }

  /** The agent's events may block: they run where async actions do. */
  public Declaration asyncEvents() {
    asyncEvents = true;
    return this;
  }

  List<BoundTable<?>> bind(Publisher events) {
    return tables.stream().<BoundTable<?>>map(table -> table.bind(events)).toList();
  }

  boolean hasParallelGets() {
    return tables.stream().anyMatch(table -> table.options().hasParallelGets());
  }

  List<String> configDeps() {
    return List.copyOf(configDeps);
  }

  boolean hasAsyncEvents() {
    return asyncEvents;
  }
}

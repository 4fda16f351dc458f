package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.EnumSet;
import java.util.Set;

/**
 * How an agent serves one of its tables; each method answers this object. Unless said otherwise the
 * handler runs on the agent's actor, where it must not block, and the rows are not saved.
 */
public final class TableDeclaration {

  private final Table<?> table;
  private final Set<ActionKind> async = EnumSet.noneOf(ActionKind.class);
  private boolean persistent;
  private boolean parallelGets;

  TableDeclaration(Table<?> table) {
    this.table = table;
  }

  /** The rows are part of saved configurations, in the order in which tables are declared. */
  public TableDeclaration persistent() {
    if (table.isReadOnly()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "%s: persistent, but read-only (expected: one of the two)".formatted(table.name()));
    }
    persistent = true;
    return this;
  }

  /**
   * The handler may block: it runs on virtual threads, or on the agent's own executor. Still one
   * action at a time.
   */
  public TableDeclaration async() {
    return async(ActionKind.values());
  }

  /** Only these actions may block; a set reads the row first, within its own action. */
  public TableDeclaration async(ActionKind... kinds) {
    for (ActionKind kind : kinds) {
      async.add(kind);
    }
    return this;
  }

  /**
   * Gets and walks run side by side and may block; a set or an operation still runs alone. The
   * handler's {@code get} and {@code getNext} must be thread-safe.
   */
  public TableDeclaration parallelGets() {
    parallelGets = true;
    return async(ActionKind.GET, ActionKind.GET_NEXT);
  }

  boolean hasParallelGets() {
    return parallelGets;
  }

  BoundTable.Options options() {
    return new BoundTable.Options(persistent, Set.copyOf(async), parallelGets);
  }
}

package io.midplane.cm;

import io.midplane.protocol.Row;
import org.jspecify.annotations.Nullable;

/**
 * A change of one row, as one action of the agent. Immutable.
 *
 * @param key the row's key
 * @param given the columns that the request named, checked and of their types
 * @param before the row as it is; null if there is none yet
 * @param after the row as it is to be: {@code before} or the defaults, with {@code given} over it
 */
public record Change<R extends Record>(Key key, Row given, @Nullable R before, R after) {

  /** Whether the row does not exist yet. */
  public boolean isNew() {
    return before == null;
  }
}

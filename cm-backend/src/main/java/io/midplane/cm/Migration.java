package io.midplane.cm;

import io.midplane.protocol.Row;

/** Turns a row that an older version of a table saved into one of its present version. */
@FunctionalInterface
public interface Migration {

  /**
   * The row as the present version wants it; must not block.
   *
   * @param version the version that saved it, older than the present one
   * @param saved its columns as they were saved
   */
  Row migrate(int version, Row saved);
}

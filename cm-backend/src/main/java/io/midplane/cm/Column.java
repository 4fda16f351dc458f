package io.midplane.cm;

/**
 * Names a column of a table. Immutable.
 *
 * @param table the table's name
 * @param name the column's name
 */
public record Column(String table, String name) {

  /** This column of this table. */
  public static Column of(String table, String name) {
    return new Column(table, name);
  }

  @Override
  public String toString() {
    return table + "." + name;
  }
}

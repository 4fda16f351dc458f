package io.midplane.cm;

/**
 * What a column holds in a new row when the request does not name it; the column need not be named
 * then.
 *
 * @param value of the column's type
 */
public record Default(Object value) implements ColumnOption {

  /** This value. */
  public static Default of(Object value) {
    return new Default(value);
  }
}

package io.midplane.cm;

/**
 * What a column means, for people.
 *
 * @param text one line
 */
public record Description(String text) implements ColumnOption {

  /** This text. */
  public static Description of(String text) {
    return new Description(text);
  }
}

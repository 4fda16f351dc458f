package io.midplane.protocol;

/**
 * What the sender of a row says about the rows behind it (exos.md §1.2; behaviour B11 of {@code
 * docs/behaviours/}).
 */
public enum RowStatus {
  /** A further row follows. */
  MORE,
  /** The last row, or the only one; without a row: there is none. */
  SUCCESS,
  /** The request failed; the row is without meaning and a message says why. */
  ERROR
}

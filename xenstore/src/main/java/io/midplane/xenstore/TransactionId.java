package io.midplane.xenstore;

/**
 * Which transaction a request belongs to.
 *
 * @param number the server's number; 0 for none
 * @param epoch which physical connection it lives on, counted from 1: the server counts anew on the
 *     next one
 */
public record TransactionId(int number, int epoch) {
  /** Outside of transactions. */
  public static final TransactionId NONE = new TransactionId(0, 0);

  /** Whether it is that of no transaction. */
  public boolean isNone() {
    return number == 0;
  }

  @Override
  public String toString() {
    return Integer.toUnsignedString(number);
  }
}

package io.midplane.xenstore;

import io.midplane.xenstore.wire.MessageType;
import java.util.Locale;

/**
 * One request before it has an id.
 *
 * @param type what is asked for
 * @param transaction the transaction it belongs to, or none
 * @param payload as it goes over the wire; not changed any more
 * @param subject the path or the domain it is about, for messages
 */
@SuppressWarnings("ArrayRecordComponent")
public record Request(MessageType type, TransactionId transaction, byte[] payload, String subject) {

  /** What it asks, in words, such as {@code read /local/domain/0/name}. */
  @Override
  public String toString() {
    String verb = type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String inside = transaction.isNone() ? "" : " in transaction " + transaction;
    return subject.isEmpty() ? verb + inside : verb + " " + subject + inside;
  }
}

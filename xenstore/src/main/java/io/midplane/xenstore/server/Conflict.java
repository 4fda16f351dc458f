package io.midplane.xenstore.server;

/**
 * Why a transaction did not commit: somebody changed what it had read or written.
 *
 * @param transaction its number on its connection
 * @param connection the number of its connection
 * @param path the first path in conflict, in the order in which the transaction touched them
 * @param kind what happened there
 * @param changedBy the number of the connection that made the change; 0 for the server itself
 * @param by that connection in words
 */
public record Conflict(
    int transaction, int connection, String path, Kind kind, int changedBy, String by) {

  /** What happened to a path after the transaction had begun. */
  public enum Kind {
    /** Value, permissions or the list of children changed. */
    CHANGED,
    /** It was not there and was made. */
    CREATED,
    /** It was there and was removed. */
    REMOVED
  }

  /** One line for people. */
  @Override
  public String toString() {
    String what =
        switch (kind) {
          case CHANGED -> "was changed";
          case CREATED -> "was created";
          case REMOVED -> "was removed";
        };
    return "transaction %d of connection %d: %s %s by %s after the transaction had begun"
        .formatted(transaction, connection, path, what, by);
  }
}

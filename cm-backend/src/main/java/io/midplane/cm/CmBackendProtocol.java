package io.midplane.cm;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the actor of an agent's tables understands, for those who prefer {@code tell}; {@link
 * Configuration#backend} gives its reference. Each request gets one reply.
 */
public interface CmBackendProtocol {

  /** What it can be told. */
  sealed interface Command permits Request, BackendActor.Internal {}

  /** What a frontend can ask. */
  sealed interface Request extends Command {
    /** Where it comes from. */
    Origin origin();

    /** The table it is about. */
    String table();

    /** Where the reply goes. */
    ActorRef<Reply> replyTo();
  }

  /**
   * Read one row: {@link Found}.
   *
   * @param columns the columns wanted; empty for all
   */
  record Get(Origin origin, String table, Key key, List<String> columns, ActorRef<Reply> replyTo)
      implements Request {}

  /**
   * Read the rows behind a key, in order: {@link Rows}.
   *
   * @param after null for the first row
   * @param max the most rows wanted, at least 1
   * @param columns the columns wanted; empty for all
   */
  record GetNext(
      Origin origin,
      String table,
      @Nullable Key after,
      int max,
      List<String> columns,
      ActorRef<Reply> replyTo)
      implements Request {}

  /** Change one row: {@link Found}, the row afterwards. */
  record Set(Origin origin, String table, Row row, ActorRef<Reply> replyTo) implements Request {}

  /** Do a named operation: {@link Applied}. */
  record Operate(Origin origin, String table, String operation, Row params, ActorRef<Reply> replyTo)
      implements Request {}

  /** What comes back. It is no loss if whoever asked has gone meanwhile. */
  sealed interface Reply extends DeadLetterSuppression {}

  /** The row. */
  record Found(Row row) implements Reply {}

  /**
   * Rows in the order of their keys.
   *
   * @param rows none if there is no row behind the key
   * @param more whether a further row follows the last one
   */
  record Rows(List<Row> rows, boolean more) implements Reply {}

  /** It is done. */
  record Applied() implements Reply {}

  /** Nothing was done. */
  record Refused(MidplaneException reason) implements Reply {}

  /** A line of progress; only to those who print, and before the reply. */
  record Notice(String text) implements Reply {}
}

package io.midplane.cm;

import akka.actor.typed.ActorRef;
import io.midplane.actors.Midplane;
import io.midplane.calls.Call;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.CmBackendProtocol.Notice;
import io.midplane.cm.CmBackendProtocol.Reply;
import io.midplane.protocol.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One action of an agent, as its handler sees it: what was asked, by whom, and the ways to answer
 * beyond the row itself. Means something only while the handler runs, on the handler's thread; only
 * {@link #notifyCli} may be called from others.
 */
public final class CmContext {

  /** What an action is part of. */
  enum Purpose {
    REQUEST,
    LOAD,
    SAVE
  }

  private final Midplane midplane;
  private final Table<?> table;
  private final Action action;
  private final @Nullable Call<?> call;
  private final @Nullable ActorRef<Reply> notices;
  private @Nullable Key key;
  private @Nullable Row params;
  private @Nullable Boolean dirty;
  private boolean more;
  private @Nullable MidplaneException raised;
  private volatile boolean ended;

  /**
   * What stays the same throughout an action.
   *
   * @param columns the columns that are wanted; empty for all
   */
  record Action(
      ActionKind kind, Purpose purpose, boolean async, Origin origin, List<String> columns) {}

  CmContext(
      Midplane midplane,
      Table<?> table,
      Action action,
      @Nullable Call<?> call,
      @Nullable ActorRef<Reply> replyTo) {
    this.midplane = midplane;
    this.call = call;
    this.table = table;
    this.action = action;
    this.notices = action.origin().prints() ? replyTo : null;
  }

  /** The runtime, for calls to other tables; blocking ones only if {@link #isAsync()}. */
  public Midplane midplane() {
    return midplane;
  }

  /**
   * What the request gave: the key columns of a get and, null at the first row, of a getnext; the
   * named columns of a set; the parameters of an operation.
   */
  public Row params() {
    Row given = params;
    return given != null ? given : table.keyRow(key);
  }

  /** The columns that the caller wants to see, for handlers that can save work; empty for all. */
  public List<String> fields() {
    return action.columns();
  }

  /**
   * Whether the configuration will count as changed by this action once it has succeeded: as set
   * here, otherwise true for set and operation and false for reads and during load.
   */
  public boolean dirty() {
    Boolean wanted = dirty;
    return !isLoad() && (wanted != null ? wanted : !action.kind().isRead());
  }

  /** Says whether the configuration is to count as changed; without effect during load. */
  public void dirty(boolean changed) {
    dirty = changed;
  }

  /** Whether the handler may block: exactly when a synchronous call in it would not be refused. */
  public boolean isAsync() {
    return action.async();
  }

  /** Whether a save reads this. */
  public boolean isSave() {
    return action.purpose() == Purpose.SAVE;
  }

  /** Whether a saved configuration is being loaded. */
  public boolean isLoad() {
    return action.purpose() == Purpose.LOAD;
  }

  /** Whether one row is asked for by its key. */
  public boolean isGetOne() {
    return action.kind() == ActionKind.GET;
  }

  /** Whether the row behind a key is asked for. */
  public boolean isGetNext() {
    return action.kind() == ActionKind.GET_NEXT;
  }

  /** The virtual router that the request names; null if it names none. */
  public @Nullable String vrName() {
    return action.origin().vrName();
  }

  /** Who asks; empty if unknown. */
  public String user() {
    return action.origin().user();
  }

  /** Whether nobody waits for the answer any more, so that a long action may as well stop. */
  public boolean isAbandoned() {
    Call<?> waiting = call;
    return waiting != null && waiting.reply().isDone();
  }

  /**
   * Says that a further row follows the one being answered.
   *
   * @throws MidplaneException INTERNAL in anything but a getnext
   */
  public void more() {
    if (!isGetNext()) {
      throw new MidplaneException(
          ErrorCode.INTERNAL,
          "%s: more() in a %s (expected: only in getNext)".formatted(table.name(), action.kind()));
    }
    more = true;
  }

  /**
   * Ends the action at once: the client gets {@code message}, unchanged; what was answered so far
   * is discarded. Catching what this throws does not undo it.
   *
   * @return never; so that {@code throw context.raiseError(…)} tells the compiler
   * @throws MidplaneException AGENT_REFUSED, always
   */
  public MidplaneException raiseError(String message) {
    var refusal = new MidplaneException(ErrorCode.AGENT_REFUSED, message);
    raised = refusal;
    throw refusal;
  }

  /** Prints a line of progress if the caller is a command line; nothing happens otherwise. */
  public void notifyCli(String message) {
    ActorRef<Reply> printer = notices;
    if (printer != null && !ended) {
      printer.tell(new Notice(message));
    }
  }

  /** The action begins, for the row with this key or behind it. */
  CmContext about(@Nullable Key row) {
    key = row;
    more = false;
    return this;
  }

  /** The action begins, with these parameters. */
  CmContext with(Row given) {
    params = given;
    return this;
  }

  boolean hasMore() {
    return more;
  }

  /** Refuses if the handler has raised an error, even if it went on. */
  void checkNotRaised() {
    if (raised != null) {
      throw raised;
    }
  }

  /** The action is over; what comes now is too late. */
  void end() {
    ended = true;
  }
}

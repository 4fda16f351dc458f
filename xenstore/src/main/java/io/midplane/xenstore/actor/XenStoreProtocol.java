package io.midplane.xenstore.actor;

import akka.actor.typed.ActorRef;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.Request;
import io.midplane.xenstore.TransactionId;
import io.midplane.xenstore.WatchOptions;
import io.midplane.xenstore.wire.Permission;
import java.time.Duration;
import java.util.List;

/**
 * What the actor of a connection understands, and what it answers. Each command gets one reply, in
 * the order in which the server answers; {@link Refused} where it failed. Messages of this JVM.
 */
public interface XenStoreProtocol {

  /** What it can be told. */
  sealed interface Command permits OfNode, Exchange, Begin, Commit, Abort, Watch {}

  /** About a node, in a transaction or outside of all ({@link TransactionId#NONE}). */
  sealed interface OfNode extends Command {
    /** The transaction. */
    TransactionId transaction();

    /** Who gets the reply. */
    ActorRef<Reply> replyTo();
  }

  /** The value of a node: {@link Value}. */
  record Read(TransactionId transaction, String path, ActorRef<Reply> replyTo) implements OfNode {
    /** Outside of transactions. */
    public Read(String path, ActorRef<Reply> replyTo) {
      this(TransactionId.NONE, path, replyTo);
    }
  }

  /** Sets a value: {@link Done}. */
  @SuppressWarnings("ArrayRecordComponent")
  record Write(TransactionId transaction, String path, byte[] value, ActorRef<Reply> replyTo)
      implements OfNode {
    /** Outside of transactions. */
    public Write(String path, byte[] value, ActorRef<Reply> replyTo) {
      this(TransactionId.NONE, path, value, replyTo);
    }
  }

  /** Makes a node: {@link Done}. */
  record MakeDirectory(TransactionId transaction, String path, ActorRef<Reply> replyTo)
      implements OfNode {}

  /** Removes a node and all below it: {@link Done}. */
  record Remove(TransactionId transaction, String path, ActorRef<Reply> replyTo)
      implements OfNode {}

  /** The names of a node's children: {@link Names}. */
  record ListChildren(TransactionId transaction, String path, ActorRef<Reply> replyTo)
      implements OfNode {}

  /** Who may do what with a node: {@link Permissions}. */
  record GetPermissions(TransactionId transaction, String path, ActorRef<Reply> replyTo)
      implements OfNode {}

  /** Sets who may do what with a node: {@link Done}. */
  record SetPermissions(
      TransactionId transaction, String path, List<Permission> permissions, ActorRef<Reply> replyTo)
      implements OfNode {}

  /** Any request: {@link Value} with the payload of its answer. */
  record Exchange(Request request, Duration timeout, ActorRef<Reply> replyTo) implements Command {}

  /** Begins a transaction: {@link Begun}. End it in any case. */
  record Begin(ActorRef<Reply> replyTo) implements Command {}

  /** Makes a transaction visible: {@link Done}, or {@link Conflicted}. */
  record Commit(TransactionId transaction, ActorRef<Reply> replyTo) implements Command {}

  /** Drops a transaction: {@link Done}. */
  record Abort(TransactionId transaction, ActorRef<Reply> replyTo) implements Command {}

  /** Starts a watch, an actor of its own: {@link Watching}. It ends with its subscriber. */
  record Watch(
      WatchOptions options, ActorRef<WatchProtocol.Notice> subscriber, ActorRef<Reply> replyTo)
      implements Command {}

  /** What comes back. */
  sealed interface Reply {}

  /** Bytes. */
  @SuppressWarnings("ArrayRecordComponent")
  record Value(byte[] bytes) implements Reply {}

  /** Names of children. */
  record Names(List<String> names) implements Reply {}

  /** Permissions, the owner's first. */
  record Permissions(List<Permission> permissions) implements Reply {}

  /** It is done. */
  record Done() implements Reply {}

  /** The transaction is open. */
  record Begun(TransactionId transaction) implements Reply {}

  /** Another change came between: nothing was done, begin anew. */
  record Conflicted(TransactionId transaction) implements Reply {}

  /** The watch is registered. */
  record Watching(ActorRef<WatchProtocol.Command> watch) implements Reply {}

  /** It failed. */
  record Refused(MidplaneException reason) implements Reply {}
}

package io.midplane.xenstore.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.Nodes;
import io.midplane.xenstore.TransactionId;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.actor.XenStoreProtocol.*;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The actor of a connection: hands each command to the connection's core and its answer to who
 * asked. Never waits; the requests of all its callers are under way at once.
 */
final class ConnectionActor {
  private final ActorContext<Command> context;
  private final XenStore store;

  private ConnectionActor(ActorContext<Command> context, XenStore store) {
    this.context = context;
    this.store = store;
  }

  static Behavior<Command> create(XenStore store) {
    return Behaviors.setup(
        context -> Behaviors.receiveMessage(new ConnectionActor(context, store)::onCommand));
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case OfNode about -> reply(about.replyTo(), () -> onNode(about));
      case Exchange(var request, var timeout, var replyTo) ->
          reply(replyTo, () -> store.courier().callAsync(request, timeout).thenApply(Value::new));
      case Begin(var replyTo) ->
          reply(replyTo, () -> store.beginAsync().thenApply(begun -> new Begun(begun.id())));
      case Commit(var id, var replyTo) -> reply(replyTo, () -> commit(id));
      case Abort(var id, var replyTo) ->
          reply(replyTo, () -> store.resume(id).abortAsync().thenApply(done()));
      case Watch watch -> onWatch(watch);
    }
    return Behaviors.same();
  }

  private CompletionStage<Reply> onNode(OfNode command) {
    TransactionId id = command.transaction();
    Nodes nodes = id.isNone() ? store : store.resume(id);
    return switch (command) {
      case Read read -> nodes.readAsync(read.path()).thenApply(Value::new);
      case Write write -> nodes.writeAsync(write.path(), write.value()).thenApply(done());
      case MakeDirectory make -> nodes.mkdirAsync(make.path()).thenApply(done());
      case Remove remove -> nodes.removeAsync(remove.path()).thenApply(done());
      case ListChildren list -> nodes.listAsync(list.path()).thenApply(Names::new);
      case GetPermissions get -> nodes.permissionsAsync(get.path()).thenApply(Permissions::new);
      case SetPermissions set ->
          nodes.setPermissionsAsync(set.path(), set.permissions()).thenApply(done());
    };
  }

  private static Function<Object, Reply> done() {
    return nothing -> new Done();
  }

  private CompletionStage<Reply> commit(TransactionId id) {
    return store
        .resume(id)
        .commitAsync()
        .thenApply(committed -> committed ? new Done() : new Conflicted(id));
  }

  private void onWatch(Watch watch) {
    var unused = context.spawnAnonymous(WatchActor.create(store, watch));
  }

  private static void reply(
      ActorRef<Reply> replyTo, Supplier<CompletionStage<? extends Reply>> work) {
    try {
      var unused =
          work.get()
              .whenComplete((reply, failure) ->
                  replyTo.tell(failure == null ? reply : new Refused(reason(failure))));
    } catch (MidplaneException refused) {
      replyTo.tell(new Refused(refused));
    }
  }

  static MidplaneException reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof MidplaneException known
        ? known
        : new MidplaneException(ErrorCode.INTERNAL, "the client failed: " + cause, cause);
  }
}

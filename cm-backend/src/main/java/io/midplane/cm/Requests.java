package io.midplane.cm;

import akka.actor.typed.ActorRef;
import io.midplane.actors.ServingActor;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.cm.BackendActor.Called;
import io.midplane.cm.CmBackendProtocol.Command;
import io.midplane.cm.CmBackendProtocol.Found;
import io.midplane.cm.CmBackendProtocol.Get;
import io.midplane.cm.CmBackendProtocol.GetNext;
import io.midplane.cm.CmBackendProtocol.Operate;
import io.midplane.cm.CmBackendProtocol.Reply;
import io.midplane.cm.CmBackendProtocol.Request;
import io.midplane.cm.CmBackendProtocol.Rows;
import io.midplane.cm.CmBackendProtocol.Set;
import io.midplane.cm.CmContext.Purpose;
import io.midplane.cm.Registry.Route;
import io.midplane.protocol.Row;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests of one origin straight to the actors that serve the tables: one ask each.
 * Immutable and thread-safe.
 *
 * @param printer prints the notices; null for a caller who does not print
 * @param timeout how long to wait for each answer
 */
record Requests(Core core, Origin origin, @Nullable Consumer<String> printer, Duration timeout) {

  /** A request that has not been sent: whom it concerns, what it is, and how to make it. */
  private record Draft(Route route, Operation what, Function<ActorRef<Reply>, Request> request) {}

  Route route(String table) {
    return core.registry().route(table);
  }

  Row get(Route route, Key key, List<String> columns) {
    return ((Found) call(drafted(route, key, columns))).row();
  }

  CompletionStage<Row> getAsync(Route route, Key key, List<String> columns) {
    return callAsync(drafted(route, key, columns)).thenApply(reply -> ((Found) reply).row());
  }

  private Draft drafted(Route route, Key key, List<String> columns) {
    return new Draft(
        route,
        operation(route, ActionKind.GET, "get", key, "getAsync()"),
        replyTo -> new Get(origin, route.table().name(), key, columns, replyTo));
  }

  Rows getNext(Route route, @Nullable Key after, int max, List<String> columns) {
    return (Rows) call(drafted(current(route), after, max, columns));
  }

  CompletionStage<Rows> getNextAsync(
      Route route, @Nullable Key after, int max, List<String> columns) {
    return callAsync(drafted(current(route), after, max, columns)).thenApply(reply -> (Rows) reply);
  }

  private Draft drafted(Route route, @Nullable Key after, int max, List<String> columns) {
    return new Draft(
        route,
        operation(route, ActionKind.GET_NEXT, "walk", after, "pageAsync()"),
        replyTo -> new GetNext(origin, route.table().name(), after, max, columns, replyTo));
  }

  /** A walk may find its table with another owner, after a restart of the agent. */
  private Route current(Route route) {
    return route.owner().isServing() ? route : route(route.table().name());
  }

  void set(Route route, Row row) {
    var _ = call(drafted(route, row));
  }

  CompletionStage<Void> setAsync(Route route, Row row) {
    return callAsync(drafted(route, row)).thenAccept(applied -> {});
  }

  private Draft drafted(Route route, Row row) {
    return new Draft(
        route,
        operation(route, ActionKind.SET, "set", row, "setAsync()"),
        replyTo -> new Set(origin, route.table().name(), row, replyTo));
  }

  void operate(Route route, String operation, Row params) {
    var _ = call(drafted(route, operation, params));
  }

  CompletionStage<Void> operateAsync(Route route, String operation, Row params) {
    return callAsync(drafted(route, operation, params)).thenAccept(applied -> {});
  }

  private Draft drafted(Route route, String operation, Row params) {
    return new Draft(
        route,
        operation(route, ActionKind.OPERATION, operation, params, "opAsync()"),
        replyTo -> new Operate(origin, route.table().name(), operation, params, replyTo));
  }

  /**
   * What is refused before it is sent fails the stage, on a virtual thread like everything else.
   */
  <T> CompletionStage<T> attempt(Supplier<CompletionStage<T>> call) {
    try {
      return call.get();
    } catch (MidplaneException refused) {
      return CompletableFuture.supplyAsync(
          () -> {
            throw refused;
          },
          core.midplane().virtualThreads());
    }
  }

  private static Operation operation(
      Route route, ActionKind kind, String verb, @Nullable Object subject, String alternative) {
    return new Operation(
        new RequestText(verb, route.table().name(), subject),
        alternative,
        route.table().isShared(kind));
  }

  private Reply call(Draft draft) {
    ServingActor<Command> actor = draft.route().owner().actor();
    return Core.accepted(
        actor.<Reply>ask(
            draft.what(),
            timeout,
            (replyTo, call) ->
                new Called(draft.request().apply(printed(actor, replyTo)), call, Purpose.REQUEST)));
  }

  private CompletionStage<Reply> callAsync(Draft draft) {
    ServingActor<Command> actor = draft.route().owner().actor();
    return actor
        .<Reply>askAsync(
            draft.what(),
            timeout,
            (replyTo, call) ->
                new Called(draft.request().apply(printed(actor, replyTo)), call, Purpose.REQUEST))
        .thenApply(Core::accepted);
  }

  /** Where the agent replies to: by way of the printer, for those who print. */
  private ActorRef<Reply> printed(ServingActor<Command> actor, ActorRef<Reply> replyTo) {
    return printer == null ? replyTo : core.printer(new Printer(printer, replyTo, actor.ref()));
  }
}

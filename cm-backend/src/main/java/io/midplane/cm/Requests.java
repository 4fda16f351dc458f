package io.midplane.cm;

import akka.actor.typed.ActorRef;
import io.midplane.actors.ServingActor;
import io.midplane.calls.Call;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.cm.BackendActor.Called;
import io.midplane.cm.CmBackendProtocol.Applied;
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
import java.util.concurrent.Executor;
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
 * @param completeOn runs the completion of stages; null for virtual threads
 */
record Requests(
    Core core,
    Origin origin,
    @Nullable Consumer<String> printer,
    Duration timeout,
    @Nullable Executor completeOn) {

  /** What a stage of a request is called that was refused before it was sent. */
  private static final Operation REFUSED = new Operation("a refused request", "handle()");

  /** A request that has not been sent: whom it concerns, how to make it, how to read the reply. */
  private record Draft<T extends @Nullable Object>(
      Route route,
      Operation what,
      Function<ActorRef<Reply>, Request> request,
      Function<Reply, T> answer) {}

  Requests from(Origin other) {
    return new Requests(core, other, printer, timeout, completeOn);
  }

  Requests printing(Consumer<String> callback) {
    Origin prints = new Origin(origin.user(), origin.vrName(), true);
    return new Requests(core, prints, callback, timeout, completeOn);
  }

  Requests waiting(Duration wait) {
    return new Requests(core, origin, printer, wait, completeOn);
  }

  Requests completingOn(Executor executor) {
    return new Requests(core, origin, printer, timeout, executor);
  }

  Route route(String table) {
    return core.registry().route(table);
  }

  Row get(Route route, Key key, List<String> columns) {
    return call(drafted(route, key, columns));
  }

  CompletionStage<Row> getAsync(Route route, Key key, List<String> columns) {
    return callAsync(drafted(route, key, columns));
  }

  private Draft<Row> drafted(Route route, Key key, List<String> columns) {
    return new Draft<>(
        route,
        operation(route, ActionKind.GET, "get", key, "getAsync()"),
        replyTo -> new Get(origin, route.table().name(), key, columns, replyTo),
        Requests::row);
  }

  Page page(Route route, @Nullable Key after, int max, List<String> columns) {
    return call(drafted(current(route), after, max, columns));
  }

  CompletionStage<Page> pageAsync(Route route, @Nullable Key after, int max, List<String> columns) {
    return callAsync(drafted(current(route), after, max, columns));
  }

  private Draft<Page> drafted(Route route, @Nullable Key after, int max, List<String> columns) {
    return new Draft<>(
        route,
        operation(route, ActionKind.GET_NEXT, "walk", after, "pageAsync()"),
        replyTo -> new GetNext(origin, route.table().name(), after, max, columns, replyTo),
        Requests::page);
  }

  /** A walk may find its table with another owner, after a restart of the agent. */
  private Route current(Route route) {
    return route.owner().isServing() ? route : route(route.table().name());
  }

  Row set(Route route, Row row) {
    return call(drafted(route, row));
  }

  CompletionStage<Row> setAsync(Route route, Row row) {
    return callAsync(drafted(route, row));
  }

  private Draft<Row> drafted(Route route, Row row) {
    return new Draft<>(
        route,
        operation(route, ActionKind.SET, "set", row, "setAsync()"),
        replyTo -> new Set(origin, route.table().name(), row, replyTo),
        Requests::row);
  }

  void operate(Route route, String operation, Row params) {
    var _ = call(drafted(route, operation, params));
  }

  CompletionStage<@Nullable Void> operateAsync(Route route, String operation, Row params) {
    return callAsync(drafted(route, operation, params));
  }

  private Draft<@Nullable Void> drafted(Route route, String operation, Row params) {
    return new Draft<>(
        route,
        operation(route, ActionKind.OPERATION, operation, params, "opAsync()"),
        replyTo -> new Operate(origin, route.table().name(), operation, params, replyTo),
        Requests::nothing);
  }

  private static @Nullable Void nothing(Reply reply) {
    var _ = Core.accepted(reply);
    return null;
  }

  private static Row row(Reply reply) {
    return ((Found) Core.accepted(reply)).row();
  }

  /** The rows of a reply, if it is not a refusal. */
  static Page page(Reply reply) {
    Rows rows = (Rows) Core.accepted(reply);
    return new Page(rows.rows(), rows.more());
  }

  /** What is refused before it is sent fails the stage, never inside the call. */
  <T extends @Nullable Object> CompletionStage<T> attempt(Supplier<CompletionStage<T>> call) {
    try {
      return call.get();
    } catch (MidplaneException refused) {
      return core.midplane().gate().outcome(REFUSED, CompletableFuture.<T>failedFuture(refused));
    }
  }

  private static Operation operation(
      Route route, ActionKind kind, String verb, @Nullable Object subject, String alternative) {
    return new Operation(
        new RequestText(verb, route.table().name(), subject),
        alternative,
        route.table().isShared(kind));
  }

  private <T extends @Nullable Object> T call(Draft<T> draft) {
    ServingActor<Command> actor = draft.route().owner().actor();
    return actor.<Reply, T>ask(
        draft.what(),
        timeout,
        (replyTo, call) -> message(draft, actor, replyTo, call),
        draft.answer());
  }

  private <T extends @Nullable Object> CompletionStage<T> callAsync(Draft<T> draft) {
    ServingActor<Command> actor = draft.route().owner().actor();
    return completeOn == null
        ? actor.<Reply, T>askAsync(
            draft.what(),
            timeout,
            (replyTo, call) -> message(draft, actor, replyTo, call),
            draft.answer())
        : actor.<Reply, T>askAsync(
            draft.what(),
            timeout,
            completeOn,
            (replyTo, call) -> message(draft, actor, replyTo, call),
            draft.answer());
  }

  /** Those who print get the reply by way of their printer. */
  private Command message(
      Draft<?> draft, ServingActor<Command> actor, ActorRef<Reply> replyTo, Call<?> call) {
    if (printer == null) {
      return new Called(draft.request().apply(replyTo), call, Purpose.REQUEST);
    }
    ActorRef<Reply> by = core.printer(new Printer(printer, replyTo, actor.ref()));
    var _ = call.reply().whenComplete((answer, failure) -> by.tell(new Applied()));
    return new Called(draft.request().apply(by), call, Purpose.REQUEST);
  }
}

package io.midplane.cm;

import akka.actor.typed.ActorRef;
import io.midplane.calls.Call;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.CmBackendProtocol.Applied;
import io.midplane.cm.CmBackendProtocol.Found;
import io.midplane.cm.CmBackendProtocol.Get;
import io.midplane.cm.CmBackendProtocol.GetNext;
import io.midplane.cm.CmBackendProtocol.Operate;
import io.midplane.cm.CmBackendProtocol.Refused;
import io.midplane.cm.CmBackendProtocol.Reply;
import io.midplane.cm.CmBackendProtocol.Request;
import io.midplane.cm.CmBackendProtocol.Set;
import io.midplane.cm.CmContext.Action;
import io.midplane.cm.CmContext.Purpose;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes an agent's handlers serve requests, on the thread that has the turn. Thread-safe. */
final class Actions {

  private final Core core;
  private final Registration registration;

  Actions(Core core, Registration registration) {
    this.core = core;
    this.registration = registration;
  }

  /** What a request makes an agent do. */
  static ActionKind kind(Request request) {
    return switch (request) {
      case Get _ -> ActionKind.GET;
      case GetNext _ -> ActionKind.GET_NEXT;
      case Set _ -> ActionKind.SET;
      case Operate _ -> ActionKind.OPERATION;
    };
  }

  /**
   * Serves and replies. Whatever the handler throws is a refusal; an Error fails the agent as well.
   */
  void serve(BoundTable<?> table, Request request, @Nullable Call<?> call, Purpose purpose) {
    ActionKind kind = kind(request);
    var action = new Action(kind, purpose, table.isAsync(kind), request.origin(), columns(request));
    var context = new CmContext(core.midplane(), table.table(), action, call, request.replyTo());
    if (context.isAbandoned()) {
      reply(request, call, new Refused(abandoned(table)));
      return;
    }
    try {
      Reply reply = perform(table, request, context);
      context.end();
      if (context.dirty()) {
        core.dirty().touch();
      }
      reply(request, call, reply);
    } catch (Throwable failure) {
      context.end();
      boolean onWorker = table.isAsync(kind);
      reply(
          request, call, new Refused(registration.failure(table.name(), kind, failure, onWorker)));
      if (failure instanceof Error broken) {
        registration.context().fail(broken);
      }
    }
  }

  private static MidplaneException abandoned(BoundTable<?> table) {
    return new MidplaneException(
        ErrorCode.CANCELLED, table.name() + ": given up before it was begun");
  }

  static void reply(Request request, @Nullable Call<?> call, Reply reply) {
    reply(call, request.replyTo(), reply);
  }

  /** The call's edge goes before the reply is sent. */
  static void reply(@Nullable Call<?> call, ActorRef<Reply> replyTo, Reply reply) {
    if (call != null) {
      call.replied();
    }
    replyTo.tell(reply);
  }

  private static Reply perform(BoundTable<?> table, Request request, CmContext context)
      throws Exception {
    return switch (request) {
      case Get get -> new Found(table.get(context, get.key(), get.columns()));
      case GetNext next -> table.getNext(context, next.after(), next.max(), next.columns());
      case Set set -> new Found(table.set(context, set.row()));
      case Operate operate -> {
        table.operate(context, operate.operation(), operate.params());
        yield new Applied();
      }
    };
  }

  private static List<String> columns(Request request) {
    return switch (request) {
      case Get get -> get.columns();
      case GetNext next -> next.columns();
      case Set _, Operate _ -> List.of();
    };
  }
}

package io.midplane.cm;

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

  /** The reply; whatever the handler throws is a refusal. */
  Reply serve(BoundTable<?> table, Request request, @Nullable Call<?> call, Purpose purpose) {
    ActionKind kind = kind(request);
    var action = new Action(kind, purpose, table.isAsync(kind), request.origin(), columns(request));
    var context = new CmContext(core.midplane(), table.table(), action, call, request.replyTo());
    if (context.isAbandoned()) {
      return new Refused(
          new MidplaneException(
              ErrorCode.CANCELLED, table.name() + ": given up before it was begun"));
    }
    try {
      Reply reply = perform(table, request, context);
      if (context.dirty()) {
        core.dirty().touch();
      }
      return reply;
    } catch (Throwable failure) {
      return new Refused(registration.failure(table.name(), kind, failure));
    } finally {
      context.end();
    }
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

package io.midplane.cm;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.HandlerQueue;
import io.midplane.actors.Workers;
import io.midplane.calls.Call;
import io.midplane.calls.Callee;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.CmBackendProtocol.Applied;
import io.midplane.cm.CmBackendProtocol.Command;
import io.midplane.cm.CmBackendProtocol.Refused;
import io.midplane.cm.CmBackendProtocol.Reply;
import io.midplane.cm.CmBackendProtocol.Request;
import io.midplane.cm.CmContext.Purpose;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Serves the tables of one agent: gives actions and events their turn, runs them on its own thread
 * or on the workers, and answers. Owns the agent's phase; never blocks, and never runs the agent's
 * code beside itself, parallel gets apart.
 */
final class BackendActor {

  /** The key under which log lines say which virtual router a request is about. */
  private static final String VR = "vr";

  /** What only the configuration tells it. Whoever waits for it learns of its death otherwise. */
  sealed interface Internal extends Command, DeadLetterSuppression {}

  /** A request that came through the gate. */
  record Called(Request request, Call<?> call, Purpose purpose) implements Internal {}

  /** Load these rows. */
  record Load(List<SavedRows> tables) implements Internal {}

  /** Nothing is saved. */
  record GenerateDefault() implements Internal {}

  /** What is saved cannot be loaded. */
  record LoadFailed(MidplaneException reason) implements Internal {}

  /**
   * A save begins: no sets from now on; {@link Applied} once the agent knows. Its turn comes even
   * if the caller gives up, so that the agent sees the two events of a save or neither.
   */
  record SaveStart(Call<?> call, ActorRef<Reply> replyTo) implements Internal {}

  /** The save is over. Not a call: it must arrive, so nobody can refuse it or give it up. */
  record SaveComplete() implements Internal {}

  /** {@link Applied} once everything that came before has had its turn. */
  record Settle(Call<?> call, ActorRef<Reply> replyTo) implements Internal {}

  private record LoadNext(Loading loading) implements Internal {}

  private record Loaded() implements Internal {}

  private record Ready() implements Internal {}

  private record Finished(HandlerQueue.Done done) implements Internal {}

  private enum Phase {
    /** Nothing is loaded yet. */
    WAITING,
    /** The load or default events have run; the agent has not said that it is ready. */
    LOADED,
    /** Requests are served. */
    SERVING
  }

  private final Core core;
  private final Registration registration;
  private final HandlerQueue queue;
  private final ActorRef<Command> self;
  private final Events events;
  private final Actions actions;
  private Phase phase = Phase.WAITING;
  private boolean readyWanted;
  private boolean saveBegun;

  /** Saves that have begun and whose completion has not had its turn yet. */
  private final AtomicInteger openSaves = new AtomicInteger();

  private BackendActor(
      Core core,
      Registration registration,
      HandlerQueue queue,
      ActorRef<Command> self,
      boolean asyncEvents) {
    this.core = core;
    this.registration = registration;
    this.queue = queue;
    this.self = self;
    this.actions = new Actions(core, registration);
    this.events =
        new Events(core.midplane(), registration, asyncEvents, () -> self.tell(new Ready()));
  }

  static Behavior<Command> create(
      Core core, Registration registration, Callee callee, Workers workers, boolean asyncEvents) {
    return Behaviors.setup(context -> {
      ActorRef<Command> self = context.getSelf();
      var queue = new HandlerQueue(callee, workers, done -> self.tell(new Finished(done)));
      var actor = new BackendActor(core, registration, queue, self, asyncEvents);
      return Behaviors.receive(
          (same, command) -> actor.onCommand(command), (same, signal) -> actor.onSignal(signal));
    });
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Called(var request, var call, var purpose) -> onRequest(request, call, purpose);
      case Request request -> onRequest(request, null, Purpose.REQUEST);
      case Finished(var done) -> queue.finished(done);
      case Load(var tables) -> onLoad(new Loading(core, registration, tables));
      case LoadNext(var loading) -> onLoadNext(loading);
      case GenerateDefault() -> submit(Events.Kind.GENERATE_DEFAULT, this::loaded);
      case LoadFailed(var reason) -> registration.context().fail(reason);
      case Loaded() -> onLoaded();
      case Ready() -> onReady();
      case SaveStart(var call, var replyTo) -> onSaveStart(call, replyTo);
      case SaveComplete() -> onSaveComplete();
      case Settle(var call, var replyTo) -> onSettle(call, replyTo);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      registration.ended();
      queue.stop();
    }
    return Behaviors.same();
  }

  private void onRequest(Request request, @Nullable Call<?> call, Purpose purpose) {
    MidplaneException refusal = refusal(request);
    if (refusal != null) {
      Actions.reply(request, call, new Refused(refusal));
      return;
    }
    BoundTable<?> table = registration.table(request.table());
    ActionKind kind = Actions.kind(request);
    queue.submit(
        table.isShared(kind),
        table.isAsync(kind),
        call,
        () -> serve(table, request, call, purpose),
        rejected -> Actions.reply(request, call, new Refused(closed(rejected))));
  }

  private @Nullable MidplaneException refusal(Request request) {
    if (phase != Phase.SERVING) {
      return registration.unavailable();
    }
    if (!registration.hasTable(request.table())) {
      return new MidplaneException(
          ErrorCode.NOT_FOUND,
          "table %s: agent %s has none of that name"
              .formatted(request.table(), registration.name()));
    }
    return isSaving() && !Actions.kind(request).isRead() ? busy(request.table()) : null;
  }

  /** Runs on the thread that has the turn. A save may have begun since the request came. */
  private void serve(
      BoundTable<?> table, Request request, @Nullable Call<?> call, Purpose purpose) {
    if (isSaving() && !Actions.kind(request).isRead()) {
      Actions.reply(request, call, new Refused(busy(table.name())));
    } else {
      String vr = request.origin().vrName();
      if (vr != null) {
        MDC.put(VR, vr);
      }
      try {
        actions.serve(table, request, call, purpose);
      } finally {
        if (vr != null) {
          MDC.remove(VR);
        }
      }
    }
  }

  private void onLoad(Loading loading) {
    submit(Events.Kind.LOAD_START, failure -> continueLoading(loading, failure));
  }

  private void continueLoading(Loading loading, @Nullable Throwable failure) {
    if (failure == null) {
      self.tell(new LoadNext(loading));
    }
  }

  /** Some rows of one table in one turn, so that a long load does not keep the thread. */
  private void onLoadNext(Loading loading) {
    if (!loading.hasNext()) {
      submit(Events.Kind.LOAD_COMPLETE, this::loaded);
      return;
    }
    boolean async = loading.table().isAsync(ActionKind.SET);
    queue.submit(
        false,
        async,
        null,
        () -> {
          loading.loadSome(async);
          self.tell(new LoadNext(loading));
        },
        rejected -> registration.context().fail(closed(rejected)));
  }

  private void loaded(@Nullable Throwable failure) {
    if (failure == null) {
      self.tell(new Loaded());
    }
  }

  private void onLoaded() {
    phase = Phase.LOADED;
    if (readyWanted) {
      serveFromNowOn();
    }
  }

  private void onReady() {
    readyWanted = true;
    if (phase == Phase.LOADED) {
      serveFromNowOn();
    }
  }

  private void serveFromNowOn() {
    phase = Phase.SERVING;
    registration.serving();
    registration.context().ready();
    core.loadOrder().tell(new LoadOrder.Serving());
  }

  private void onSaveStart(Call<?> call, ActorRef<Reply> replyTo) {
    if (phase != Phase.SERVING) {
      Actions.reply(call, replyTo, new Refused(registration.unavailable()));
      return;
    }
    saveBegun = true;
    openSaves.incrementAndGet();
    submit(Events.Kind.SAVE_START, failure -> Actions.reply(call, replyTo, outcome(failure)));
  }

  private void onSaveComplete() {
    if (saveBegun) {
      saveBegun = false;
      submit(Events.Kind.SAVE_COMPLETE, failure -> openSaves.decrementAndGet());
    }
  }

  private void onSettle(Call<?> call, ActorRef<Reply> replyTo) {
    queue.submit(
        false,
        false,
        call,
        () -> Actions.reply(call, replyTo, new Applied()),
        rejected -> Actions.reply(call, replyTo, new Refused(closed(rejected))));
  }

  private boolean isSaving() {
    return openSaves.get() > 0;
  }

  private Reply outcome(@Nullable Throwable failure) {
    return failure == null
        ? new Applied()
        : new Refused(
            new MidplaneException(
                ErrorCode.CALLEE_DIED,
                "agent %s: failed during the save: %s".formatted(registration.name(), failure),
                failure));
  }

  /** An event gets a turn of its own, always; what becomes of it is told where it ran. */
  private void submit(Events.Kind kind, Consumer<@Nullable Throwable> outcome) {
    queue.submit(
        false,
        events.isAsync(),
        null,
        () -> outcome.accept(events.fire(kind)),
        rejected -> {
          MidplaneException failure = closed(rejected);
          registration.context().fail(failure);
          outcome.accept(failure);
        });
  }

  private static MidplaneException busy(String table) {
    return new MidplaneException(
        ErrorCode.BUSY, "%s: a save is running; try again when it is over".formatted(table));
  }

  private MidplaneException closed(RuntimeException rejected) {
    return new MidplaneException(
        ErrorCode.CLOSED,
        "agent %s: its executor takes no more work".formatted(registration.name()),
        rejected);
  }
}

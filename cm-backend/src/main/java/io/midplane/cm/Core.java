package io.midplane.cm;

import akka.actor.typed.ActorRef;
import io.midplane.actors.EventBus.Publisher;
import io.midplane.actors.Midplane;
import io.midplane.actors.Service;
import io.midplane.actors.ServiceOptions;
import io.midplane.actors.SettingsReader;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.BackendActor.GenerateDefault;
import io.midplane.cm.BackendActor.Load;
import io.midplane.cm.BackendActor.LoadFailed;
import io.midplane.cm.CmBackendProtocol.Refused;
import io.midplane.cm.CmBackendProtocol.Reply;
import io.midplane.cm.StoreProtocol.Answer;
import io.midplane.cm.StoreProtocol.Question;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The configuration of one runtime: what all views of it share. Thread-safe. */
final class Core {

  private final Midplane midplane;
  private final Registry registry = new Registry();
  private final DirtyBit dirty;
  private final Duration callTimeout;
  private final int walkBatch;
  private final String defaultName;
  private final Keeper keeper;
  private final Service<Question, Answer> store;
  private final ActorRef<LoadOrder.Command> loadOrder;
  private final AtomicLong printers = new AtomicLong();

  Core(Midplane midplane) {
    SettingsReader settings = SettingsReader.of(midplane.config());
    this.midplane = midplane;
    this.dirty = new DirtyBit(events());
    this.callTimeout = settings.duration("midplane.call-timeout");
    this.walkBatch = settings.count("midplane.cm.walk-batch", 1, BoundTable.MAX_ROWS);
    this.defaultName = settings.name("midplane.cm.default-name");
    Optional<ConfigStore> files =
        midplane.dataDirectory().map(data -> new ConfigStore(data.resolve("config")));
    this.keeper = new Keeper(this, files);
    this.store = midplane.service("configuration", keeper::answer, ServiceOptions.sideBySide());
    this.loadOrder = midplane.spawnActor(LoadOrder.create(this), "configuration-load-order");
  }

  Midplane midplane() {
    return midplane;
  }

  Registry registry() {
    return registry;
  }

  /** Publishes in the name of the configuration. */
  Publisher events() {
    return midplane.events().publisher("configuration");
  }

  DirtyBit dirty() {
    return dirty;
  }

  Duration callTimeout() {
    return callTimeout;
  }

  int walkBatch() {
    return walkBatch;
  }

  /** What a save is called that nobody named, while none is selected. */
  String defaultName() {
    return defaultName;
  }

  /** Answers questions about saved configurations, side by side. */
  Service<Question, Answer> store() {
    return store;
  }

  ActorRef<LoadOrder.Command> loadOrder() {
    return loadOrder;
  }

  /** Starts an actor that prints the notices of one request and hands on its reply. */
  ActorRef<Reply> printer(Printer printer) {
    return midplane.spawnActor(
        printer.behavior(), "configuration-notices-" + printers.incrementAndGet());
  }

  /** Reads what the agent's tables are loaded from, on a virtual thread, and tells the agent. */
  void load(Registration agent) {
    midplane
        .virtualThreads()
        .execute(() -> agent.tell(whatToLoad(agent.name(), () -> keeper.savedFor(agent))));
  }

  /** The agent must get an answer whatever happens: it would wait for one in LOADCFG for ever. */
  static CmBackendProtocol.Command whatToLoad(
      String agent, Supplier<Optional<List<SavedRows>>> saved) {
    try {
      return saved.get().<CmBackendProtocol.Command>map(Load::new).orElseGet(GenerateDefault::new);
    } catch (MidplaneException unreadable) {
      return new LoadFailed(unreadable);
    } catch (Throwable unforeseen) {
      return new LoadFailed(
          new MidplaneException(
              ErrorCode.INTERNAL,
              "agent %s: reading its saved configuration failed: %s".formatted(agent, unforeseen),
              unforeseen));
    }
  }

  /** The reply, if it is not a refusal. */
  static Reply accepted(Reply reply) {
    if (reply instanceof Refused(var reason)) {
      throw reason;
    }
    return reply;
  }
}

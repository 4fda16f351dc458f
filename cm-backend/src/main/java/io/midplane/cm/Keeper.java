package io.midplane.cm;

import io.midplane.actors.EventId;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.cm.BackendActor.Called;
import io.midplane.cm.BackendActor.SaveComplete;
import io.midplane.cm.BackendActor.SaveStart;
import io.midplane.cm.BackendActor.Settle;
import io.midplane.cm.CmBackendProtocol.GetNext;
import io.midplane.cm.CmBackendProtocol.Reply;
import io.midplane.cm.CmContext.Purpose;
import io.midplane.cm.StoreProtocol.Answer;
import io.midplane.cm.StoreProtocol.Compare;
import io.midplane.cm.StoreProtocol.ListAll;
import io.midplane.cm.StoreProtocol.Listed;
import io.midplane.cm.StoreProtocol.Question;
import io.midplane.cm.StoreProtocol.Save;
import io.midplane.cm.StoreProtocol.Saved;
import io.midplane.cm.StoreProtocol.Selected;
import io.midplane.cm.StoreProtocol.Show;
import io.midplane.cm.StoreProtocol.Text;
import io.midplane.cm.StoreProtocol.Use;
import io.midplane.cm.StoreProtocol.WhichSelected;
import io.midplane.protocol.Row;
import io.midplane.protocol.SavedConfiguration;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the saved configurations: the handler of a service that answers questions side by side, on
 * virtual threads. It waits for agents and for the disk; the wait-for graph sees the former. What
 * changes something is done alone: a second change is refused, never kept waiting. Thread-safe.
 */
final class Keeper {

  static final EventId SAVED_EVENT = EventId.of("config", "saved");

  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  private final Core core;
  private final @Nullable ConfigStore store;
  private final @Nullable LoadSource loads;
  private final AtomicReference<@Nullable Question> running = new AtomicReference<>();

  Keeper(Core core, Optional<ConfigStore> store) {
    this.core = core;
    this.store = store.orElse(null);
    this.loads = store.map(LoadSource::new).orElse(null);
  }

  Answer answer(Question question) {
    return switch (question) {
      case Save(var name, var origin) -> new Saved(alone(question, () -> save(name, origin)));
      case ListAll() -> new Listed(store == null ? List.of() : store.list());
      case Use(var name) -> new Saved(alone(question, () -> use(name)));
      case WhichSelected() -> new Selected(selected());
      case Show(var name, var origin) -> new Text(lines(tables(name, origin)));
      case Compare(var from, var to, var origin) ->
          new Text(ConfigDiff.lines(tables(from, origin), tables(to, origin)));
    };
  }

  private <T> T alone(Question change, Supplier<T> work) {
    Question other = running.compareAndExchange(null, change);
    if (other != null) {
      throw new MidplaneException(
          ErrorCode.BUSY,
          "%s: refused while another change runs (%s); try again when it is over"
              .formatted(change, other));
    }
    try {
      return work.get();
    } finally {
      running.set(null);
    }
  }

  /** What the agent's tables are loaded from; empty if nothing of them is saved. */
  Optional<List<SavedRows>> savedFor(Registration agent) {
    Set<String> own =
        agent.persistentTables().stream().map(BoundTable::name).collect(Collectors.toSet());
    Optional<String> selected = own.isEmpty() ? Optional.empty() : selected();
    if (loads == null || selected.isEmpty()) {
      return Optional.empty();
    }
    List<SavedRows> tables = loads.read(selected.get()).tables();
    for (SavedRows table : tables) {
      if (table.agent().equals(agent.name()) && !own.contains(table.table())) {
        LOG.warn(
            "CM-0201 configuration {} has rows of table {}, which agent {} does not save any more;"
                + " they are kept",
            selected.get(),
            table.table(),
            agent.name());
      }
    }
    List<SavedRows> mine = tables.stream().filter(table -> own.contains(table.table())).toList();
    mine.forEach(table -> refuseIfNewer(selected.get(), table, agent));
    return mine.isEmpty() ? Optional.empty() : Optional.of(mine);
  }

  private static void refuseIfNewer(String name, SavedRows saved, Registration agent) {
    int version = agent.table(saved.table()).table().version();
    if (saved.version() > version) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          ("configuration %s: table %s of version %d (expected: at most %d); run the agent that"
                  + " saved it, or use another configuration")
              .formatted(name, saved.table(), saved.version(), version));
    }
  }

  private SavedConfiguration save(@Nullable String wanted, Origin origin) {
    String name = wanted != null ? wanted : selected().orElse(core.defaultName());
    ConfigStore target = store();
    // Before the agents are chosen: an agent that begins to serve now is not in this save.
    long mark = core.dirty().mark();
    List<Registration> agents = core.registry().servingInLoadOrder();
    List<SavedRows> kept = keptFromSelected(agents);
    List<Registration> begun = new ArrayList<>();
    try {
      for (Registration agent : agents) {
        begun.add(agent);
        ask(agent, SaveStart::new, "start a save in " + agent.name());
      }
      target.write(name, Instant.now(), writer -> write(writer, agents, kept, origin));
      select(target, name);
      core.dirty().saved(mark);
      core.events().publish(SAVED_EVENT, Row.of("name", name, "user", origin.user()));
    } finally {
      begun.forEach(agent -> agent.tell(new SaveComplete()));
      begun.forEach(this::awaitCompletion);
    }
    return find(name);
  }

  private static void select(ConfigStore target, String name) {
    if (target.selected().equals(Optional.of(name))) {
      return;
    }
    try {
      target.select(name);
    } catch (MidplaneException failure) {
      throw new MidplaneException(
          failure.code(),
          "configuration %s: saved, but not selected: %s".formatted(name, failure.getMessage()),
          failure);
    }
  }

  /** Rows of tables whose agent is not serving now: they are saved as they were. */
  private List<SavedRows> keptFromSelected(List<Registration> agents) {
    Set<String> served =
        agents.stream()
            .flatMap(agent -> agent.persistentTables().stream())
            .map(BoundTable::name)
            .collect(Collectors.toSet());
    return selected()
        .filter(store()::exists)
        .map(name -> store().read(name, table -> !served.contains(table)).tables())
        .orElse(List.of());
  }

  private void write(
      ConfigWriter writer, List<Registration> agents, List<SavedRows> kept, Origin origin)
      throws IOException {
    for (Registration agent : agents) {
      for (BoundTable<?> bound : agent.persistentTables()) {
        Table<?> table = bound.table();
        writer.table(table.name(), agent.name(), table.version(), table.keyColumns());
        for (Row row : new PagedRows(page(agent, bound, Purpose.SAVE, origin), bound)) {
          writer.row(row);
        }
      }
    }
    for (SavedRows table : kept) {
      writer.table(table.table(), table.agent(), table.version(), table.keyColumns());
      for (Row row : table.rows()) {
        writer.row(row);
      }
    }
  }

  private PagedRows.Source page(
      Registration agent, BoundTable<?> table, Purpose purpose, Origin origin) {
    Origin silent = new Origin(origin.user(), null, false);
    return (after, max) ->
        agent
            .actor()
            .<Reply, Page>ask(
                new Operation(
                    new RequestText("walk", table.name(), after),
                    "saveAsync()",
                    table.isShared(ActionKind.GET_NEXT)),
                core.callTimeout(),
                (replyTo, call) ->
                    new Called(
                        new GetNext(silent, table.name(), after, max, List.of(), replyTo),
                        call,
                        purpose),
                Requests::page);
  }

  /** The agent has been told that the save is over; that it knows is waited for, no more. */
  private void awaitCompletion(Registration agent) {
    try {
      ask(agent, Settle::new, "complete a save in " + agent.name());
    } catch (RuntimeException failure) {
      LOG.warn("CM-0202 agent {} has not completed a save yet", agent.name(), failure);
    }
  }

  /** Makes a message to an agent from its call and the reference to reply to. */
  @FunctionalInterface
  private interface SaveMessage {
    CmBackendProtocol.Command of(
        io.midplane.calls.Call<?> call, akka.actor.typed.ActorRef<Reply> replyTo);
  }

  private void ask(Registration agent, SaveMessage message, String text) {
    var _ =
        agent
            .actor()
            .<Reply, Reply>ask(
                new Operation(text, "saveAsync()"),
                core.callTimeout(),
                (replyTo, call) -> message.of(call, replyTo),
                Core::accepted);
  }

  private SavedConfiguration use(String name) {
    store().read(name, table -> false);
    store().select(name);
    return find(name);
  }

  private SavedConfiguration find(String name) {
    return store().list().stream()
        .filter(saved -> saved.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  private Optional<String> selected() {
    return store == null ? Optional.empty() : store.selected();
  }

  private List<SavedRows> tables(@Nullable String name, Origin origin) {
    return name != null ? store().read(name, table -> true).tables() : running(origin);
  }

  private List<SavedRows> running(Origin origin) {
    List<SavedRows> tables = new ArrayList<>();
    for (Registration agent : core.registry().servingInLoadOrder()) {
      for (BoundTable<?> bound : agent.persistentTables()) {
        List<Row> rows = new ArrayList<>();
        new PagedRows(page(agent, bound, Purpose.REQUEST, origin), bound).forEach(rows::add);
        Table<?> table = bound.table();
        tables.add(
            new SavedRows(table.name(), agent.name(), table.version(), table.keyColumns(), rows));
      }
    }
    return tables;
  }

  private static List<String> lines(List<SavedRows> tables) {
    return tables.stream()
        .flatMap(table -> table.rows().stream().map(row -> RowText.line(table.table(), row)))
        .toList();
  }

  private ConfigStore store() {
    if (store == null) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "saved configurations: this runtime keeps nothing; start it with a data directory"
              + " (midplane.data-directory)");
    }
    return store;
  }
}

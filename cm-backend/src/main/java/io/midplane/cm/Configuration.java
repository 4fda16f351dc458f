package io.midplane.cm;

import akka.actor.typed.ActorRef;
import io.midplane.actors.Midplane;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.CmBackendProtocol.Command;
import io.midplane.cm.Registry.Route;
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
import io.midplane.protocol.ProcessName;
import io.midplane.protocol.Row;
import io.midplane.protocol.SavedConfiguration;
import io.midplane.protocol.TableInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a runtime: the tables of all its agents behind one face, and the saved
 * configurations.
 *
 * <pre>{@code
 * var config = Configuration.of(midplane);
 * config.set("vlan", Row.of("name", "blue", "id", 7));
 * config.get("vlan", "blue");                            // {name=blue, id=7, …}
 * config.walk("vlan").forEach(System.out::println);
 * config.save("primary");
 * }</pre>
 *
 * <p>A method with a plain name blocks until the agent has answered, and is refused on threads that
 * must not wait and where it would complete a cycle of calls; its {@code Async} twin never blocks
 * and completes on a virtual thread. Text is read as its column's type where that is another. All
 * throw {@link MidplaneException}: NOT_FOUND for an unknown table, column, operation or row,
 * INVALID_ARGUMENT for a value that breaks a rule, AGENT_REFUSED with the agent's own words, {@link
 * ModuleUnavailable} while the agent is not READY, BUSY for a change during a save, INTERNAL for
 * what else a handler threw. Immutable and thread-safe; {@link #inVr}, {@link #as}, {@link
 * #printing} and {@link #timeout} answer another view of the same configuration. Rules: {@code
 * docs/behaviours/cm.md}.
 */
public final class Configuration {

  private final Core core;
  private final Requests requests;

  private Configuration(Requests requests) {
    this.core = requests.core();
    this.requests = requests;
  }

  /** The configuration of a runtime. Does not block. */
  public static Configuration of(Midplane midplane) {
    return midplane.extension(
        Configuration.class,
        runtime -> {
          Core core = new Core(runtime);
          return new Configuration(
              new Requests(core, Origin.UNKNOWN, null, core.callTimeout(), null));
        });
  }

  Core core() {
    return core;
  }

  Requests requests() {
    return requests;
  }

  /** The same, with requests about a virtual router; agents may ignore its name. */
  public Configuration inVr(String vrName) {
    Origin origin = requests.origin();
    return new Configuration(requests.from(new Origin(origin.user(), vrName, origin.prints())));
  }

  /** The same, on behalf of a user, whose name is recorded and not checked. */
  public Configuration as(String user) {
    Origin origin = requests.origin();
    return new Configuration(requests.from(new Origin(user, origin.vrName(), origin.prints())));
  }

  /**
   * The same, for a caller who prints: the lines of progress of each request, in order, before its
   * result. The callback runs on an actor, where it must not block.
   */
  public Configuration printing(Consumer<String> callback) {
    return new Configuration(requests.printing(callback));
  }

  /** The same, waiting so long for each answer; for a walk, for each page. */
  public Configuration timeout(Duration wait) {
    return new Configuration(requests.waiting(wait));
  }

  /**
   * The same, whose stages complete on this executor; {@code Runnable::run} for dependents that
   * never block and may run on the thread that answers.
   */
  public Configuration completingOn(Executor executor) {
    return new Configuration(requests.completingOn(executor));
  }

  /** The row with this key: the values of the key columns, in order. */
  public Row get(String table, Object... key) {
    Route route = requests.route(table);
    return requests.get(route, key(route, key), List.of());
  }

  /** The row with this key: the key columns by name. */
  public Row get(String table, Row key) {
    Route route = requests.route(table);
    return requests.get(route, route.table().table().acceptKey(key), List.of());
  }

  /** The asynchronous twin of {@link #get(String, Object...)}. */
  public CompletionStage<Row> getAsync(String table, Object... key) {
    return requests.attempt(() -> {
      Route route = requests.route(table);
      return requests.getAsync(route, key(route, key), List.of());
    });
  }

  /** The asynchronous twin of {@link #get(String, Row)}. */
  public CompletionStage<Row> getAsync(String table, Row key) {
    return requests.attempt(() -> {
      Route route = requests.route(table);
      return requests.getAsync(route, route.table().table().acceptKey(key), List.of());
    });
  }

  private static Key key(Route route, Object... key) {
    return route
        .table()
        .table()
        .accept(key.length == 1 && key[0] instanceof Key made ? made : Key.of(key));
  }

  /**
   * Changes the columns that the row names, as one action of the agent. A key that is not there
   * makes a new row, with defaults for what is not named.
   *
   * @return the row as it is afterwards
   */
  public Row set(String table, Row row) {
    return requests.set(requests.route(table), row);
  }

  /** The asynchronous twin of {@link #set}. */
  public CompletionStage<Row> setAsync(String table, Row row) {
    return requests.attempt(() -> requests.setAsync(requests.route(table), row));
  }

  /** Does an operation that the table declares, for instance {@code delete}. */
  public void op(String table, String operation, Row params) {
    requests.operate(requests.route(table), operation, params);
  }

  /** The asynchronous twin of {@link #op}. */
  public CompletionStage<Void> opAsync(String table, String operation, Row params) {
    return requests.attempt(() -> requests.operateAsync(requests.route(table), operation, params));
  }

  /** All rows of a table, fetched as they are read. */
  public Walk walk(String table) {
    return walk(table, WalkOptions.all());
  }

  /** Rows of a table, fetched as they are read. Fails at once for a table or key that cannot be. */
  public Walk walk(String table, WalkOptions options) {
    Route route = requests.route(table);
    long limit = options.max() == 0 ? Long.MAX_VALUE : options.max();
    Key after = accepted(route, options.after());
    PagedRows.Source source = (from, max) -> requests.page(route, from, max, List.of());
    return new Walk(new PagedRows(source, route.table(), after, limit, core.walkBatch()), table);
  }

  /**
   * The rows behind a key, at most {@code max} of them; a page may be shorter than that though more
   * follow.
   *
   * @param after null for the first row
   */
  public Page page(String table, @Nullable Key after, int max) {
    Route route = requests.route(table);
    return requests.page(route, accepted(route, after), max, List.of());
  }

  /** The asynchronous twin of {@link #page}. */
  public CompletionStage<Page> pageAsync(String table, @Nullable Key after, int max) {
    return requests.attempt(() -> {
      Route route = requests.route(table);
      return requests.pageAsync(route, accepted(route, after), max, List.of());
    });
  }

  /** The key that these key columns make, for instance to begin a walk behind. Does not block. */
  public Key key(String table, Row columns) {
    return requests.route(table).table().table().acceptKey(columns);
  }

  private static @Nullable Key accepted(Route route, @Nullable Key after) {
    return after == null ? null : route.table().table().accept(after);
  }

  /** A connection in the shape of a database interface, for a user whose name is recorded. */
  public Connection connect(String user) {
    return Connection.of(this, user, null);
  }

  /**
   * The same, for a caller who prints.
   *
   * @param printCallback called for each line of progress; must not block
   */
  public Connection connect(String user, Consumer<String> printCallback) {
    return Connection.of(this, user, printCallback);
  }

  /** The tables of all agents, by name. Does not block. */
  public List<TableInfo> tables() {
    return core.registry().routes().stream()
        .map(route -> route.table().info(route.owner().name()))
        .toList();
  }

  /** The actor that serves a table, for requests by {@code tell}. Does not block. */
  public ActorRef<Command> backend(String table) {
    return core.registry().route(table).owner().actor().ref();
  }

  /** Whether the configuration has changed since it was last saved. Does not block. */
  public boolean dirty() {
    return core.dirty().isOn();
  }

  /** Saves under the selected name, or under the default one while none is selected. */
  public SavedConfiguration save() {
    return ((Saved) ask(new Save(null, requests.origin()))).configuration();
  }

  /**
   * Saves the persistent tables of all agents in a file and selects it. Sets are refused meanwhile.
   * Rows of agents that are not serving are kept as they were saved.
   *
   * <p>Blocks: yes, on the agents and the disk.
   *
   * @throws MidplaneException IO_FAILED if it cannot be written: what was saved before is intact,
   *     and the configuration stays dirty; UNSUPPORTED for a runtime without data directory
   */
  public SavedConfiguration save(String name) {
    return ((Saved) ask(new Save(checked(name), requests.origin()))).configuration();
  }

  /** The asynchronous twin of {@link #save(String)}, and with null of {@link #save()}. */
  public CompletionStage<SavedConfiguration> saveAsync(@Nullable String name) {
    return requests
        .attempt(() -> askAsync(new Save(checkedOrNull(name), requests.origin())))
        .thenApply(answer -> ((Saved) answer).configuration());
  }

  /** The saved configurations, by name. */
  public List<SavedConfiguration> list() {
    return ((Listed) ask(new ListAll())).configurations();
  }

  /** The asynchronous twin of {@link #list()}. */
  public CompletionStage<List<SavedConfiguration>> listAsync() {
    return askAsync(new ListAll()).thenApply(answer -> ((Listed) answer).configurations());
  }

  /**
   * Selects the saved configuration that a start loads, after checking the whole of it.
   *
   * @throws MidplaneException NOT_FOUND, or DAMAGED with the line and the reason; the selection
   *     stays
   */
  public SavedConfiguration use(String name) {
    return ((Saved) ask(new Use(checked(name)))).configuration();
  }

  /** The asynchronous twin of {@link #use}. */
  public CompletionStage<SavedConfiguration> useAsync(String name) {
    return requests
        .attempt(() -> askAsync(new Use(checked(name))))
        .thenApply(answer -> ((Saved) answer).configuration());
  }

  /** The name of the saved configuration that a start loads, if there is one. */
  public Optional<String> selected() {
    return ((Selected) ask(new WhichSelected())).name();
  }

  /** The asynchronous twin of {@link #selected()}. */
  public CompletionStage<Optional<String>> selectedAsync() {
    return askAsync(new WhichSelected()).thenApply(answer -> ((Selected) answer).name());
  }

  /** What a save would save now, one row a line. */
  public List<String> show() {
    return ((Text) ask(new Show(null, requests.origin()))).lines();
  }

  /** The rows of a saved configuration, one a line. */
  public List<String> show(String name) {
    return ((Text) ask(new Show(checkedOrNull(name), requests.origin()))).lines();
  }

  /** The asynchronous twin of {@link #show(String)}; null for what a save would save now. */
  public CompletionStage<List<String>> showAsync(@Nullable String name) {
    return requests
        .attempt(() -> askAsync(new Show(checkedOrNull(name), requests.origin())))
        .thenApply(answer -> ((Text) answer).lines());
  }

  /**
   * The rows in which two configurations differ, one a line: {@code - } before those of the first,
   * {@code + } before those of the second.
   *
   * @param from the name of a saved configuration; null for what a save would save now
   * @param to the same
   */
  public List<String> diff(@Nullable String from, @Nullable String to) {
    return ((Text) ask(new Compare(checkedOrNull(from), checkedOrNull(to), requests.origin())))
        .lines();
  }

  /** The asynchronous twin of {@link #diff}. */
  public CompletionStage<List<String>> diffAsync(@Nullable String from, @Nullable String to) {
    return requests
        .attempt(
            () -> askAsync(new Compare(checkedOrNull(from), checkedOrNull(to), requests.origin())))
        .thenApply(answer -> ((Text) answer).lines());
  }

  private static @Nullable String checkedOrNull(@Nullable String name) {
    return name == null ? null : checked(name);
  }

  private static String checked(String name) {
    return ProcessName.check(name, "configuration name");
  }

  private Answer ask(Question question) {
    return core.store().call(question, requests.timeout());
  }

  private CompletionStage<Answer> askAsync(Question question) {
    CompletionStage<Answer> answer = core.store().callAsync(question, requests.timeout());
    Executor completeOn = requests.completeOn();
    return completeOn == null ? answer : answer.thenApplyAsync(Function.identity(), completeOn);
  }
}

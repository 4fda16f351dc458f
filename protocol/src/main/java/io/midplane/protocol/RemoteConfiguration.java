package io.midplane.protocol;

import io.midplane.protocol.northbound.v1.DiffRequest;
import io.midplane.protocol.northbound.v1.GetRequest;
import io.midplane.protocol.northbound.v1.ListRequest;
import io.midplane.protocol.northbound.v1.OperateRequest;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.SaveRequest;
import io.midplane.protocol.northbound.v1.SetRequest;
import io.midplane.protocol.northbound.v1.ShowRequest;
import io.midplane.protocol.northbound.v1.TablesRequest;
import io.midplane.protocol.northbound.v1.UseRequest;
import io.midplane.protocol.northbound.v1.WalkRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a running node: its tables and its saved files. Immutable, hence
 * thread-safe; every object made from a client uses that client's connection.
 *
 * <p>A plain method blocks until the node answered; its {@code Async} twin returns a stage that
 * completes on a virtual thread and that calls the request off when it is cancelled or completed.
 * Values of type {@link String} are read as the column's type by the node, so {@code set("vlan",
 * Row.of("name", "blue", "id", "7"))} works.
 *
 * <p>Every method fails with a {@link io.midplane.calls.MidplaneException}: NOT_FOUND for an
 * unknown table, row, operation or file; INVALID_ARGUMENT for columns and values; AGENT_REFUSED
 * with the agent's own words; MODULE_UNAVAILABLE or BUSY, which are worth a retry; TIMED_OUT;
 * UNREACHABLE or CLOSED when the connection ended; LIMIT_EXCEEDED. Plain methods also with {@link
 * io.midplane.calls.DeadlockDetectedException} on a thread that must not wait, and CANCELLED when
 * interrupted.
 */
public final class RemoteConfiguration {
  private final Caller caller;
  private final @Nullable String vr;

  RemoteConfiguration(Caller caller, @Nullable String vr) {
    this.caller = caller;
    this.vr = vr;
  }

  /** The same in a virtual router, for the tables that know them (behaviour B16). */
  public RemoteConfiguration inVr(String name) {
    return new RemoteConfiguration(caller, name);
  }

  /** The same with another limit for each call, and for each next batch of rows. */
  public RemoteConfiguration withTimeout(Duration limit) {
    return new RemoteConfiguration(caller.timeout(limit), vr);
  }

  /**
   * The same for a caller that prints: lines of progress come in order, before the call ends
   * (behaviour B17). Plain methods call the consumer on their own thread, the others on a virtual
   * thread. What the consumer throws ends the call.
   */
  public RemoteConfiguration onNotice(Consumer<? super String> consumer) {
    return new RemoteConfiguration(caller.notices(consumer), vr);
  }

  /** The row with this key, the values in the order of the table's key columns. Blocks: yes. */
  public Row get(String table, @Nullable Object... key) {
    return get(table, RowKey.of(key));
  }

  /** The row with this key, the key columns by name. Blocks: yes. */
  public Row get(String table, Row key) {
    return get(table, RowKey.of(key));
  }

  private Row get(String table, RowKey key) {
    return row(caller.call(getRequest(table, key), new CallText("get", table, key), "getAsync()"));
  }

  /** As {@link #get(String, Object...)}. Blocks: no. */
  public CompletionStage<Row> getAsync(String table, @Nullable Object... key) {
    return getAsync(table, RowKey.of(key));
  }

  /** As {@link #get(String, Row)}. Blocks: no. */
  public CompletionStage<Row> getAsync(String table, Row key) {
    return getAsync(table, RowKey.of(key));
  }

  private CompletionStage<Row> getAsync(String table, RowKey key) {
    return caller.callAsync(
        getRequest(table, key), new CallText("get", table, key), RemoteConfiguration::row);
  }

  private Request.Builder getRequest(String table, RowKey key) {
    var get = GetRequest.newBuilder().setTable(table).setKey(key.message());
    if (vr != null) {
      get.setVr(vr);
    }
    return Request.newBuilder().setGet(get);
  }

  private static Row row(Reply reply) {
    return ValueCodec.fromProto(reply.getGet().getRow());
  }

  /**
   * Changes the columns that the row names, in one action of the agent. Blocks: yes.
   *
   * @return the row as it is afterwards
   */
  public Row set(String table, Row row) {
    return changed(
        caller.call(setRequest(table, row), new CallText("set", table, row), "setAsync()"));
  }

  /** As {@link #set}. Blocks: no. */
  public CompletionStage<Row> setAsync(String table, Row row) {
    return caller.callAsync(
        setRequest(table, row), new CallText("set", table, row), RemoteConfiguration::changed);
  }

  private static Row changed(Reply reply) {
    return ValueCodec.fromProto(reply.getSet().getRow());
  }

  private Request.Builder setRequest(String table, Row row) {
    var set = SetRequest.newBuilder().setTable(table).setRow(ValueCodec.toProto(row));
    if (vr != null) {
      set.setVr(vr);
    }
    return Request.newBuilder().setSet(set);
  }

  /** Does an operation of the table, for example {@code delete}. Blocks: yes. */
  public void op(String table, String operation, Row parameters) {
    var unused =
        caller.call(
            operateRequest(table, operation, parameters),
            new CallText(operation, table, parameters),
            "opAsync()");
  }

  /** As {@link #op}. Blocks: no. */
  public CompletionStage<@Nullable Void> opAsync(String table, String operation, Row parameters) {
    return done(
        operateRequest(table, operation, parameters), new CallText(operation, table, parameters));
  }

  private Request.Builder operateRequest(String table, String operation, Row parameters) {
    var operate =
        OperateRequest.newBuilder()
            .setTable(table)
            .setOperation(operation)
            .setParameters(ValueCodec.toProto(parameters));
    if (vr != null) {
      operate.setVr(vr);
    }
    return Request.newBuilder().setOperate(operate);
  }

  /** Every row of a table. Blocks: no, asking the rows does. */
  public Rows walk(String table) {
    return walk(table, WalkOptions.all());
  }

  /** The rows of a table that the options ask for. Blocks: no, asking the rows does. */
  public Rows walk(String table, WalkOptions options) {
    var walk = WalkRequest.newBuilder().setTable(table).setMax(options.max());
    RowKey after = options.after();
    if (after != null) {
      walk.setAfter(after.message());
    }
    if (vr != null) {
      walk.setVr(vr);
    }
    var request = Request.newBuilder().setWalk(walk);
    return new Rows(caller, caller.stream(request, CallText.of("walk", table)));
  }

  /** The tables of all agents, by name. Blocks: yes. */
  public List<TableInfo> tables() {
    return tables(caller.call(tablesRequest(), CallText.of("tables"), "tablesAsync()"));
  }

  /** As {@link #tables}. Blocks: no. */
  public CompletionStage<List<TableInfo>> tablesAsync() {
    return caller.callAsync(tablesRequest(), CallText.of("tables"), RemoteConfiguration::tables);
  }

  private static Request.Builder tablesRequest() {
    return Request.newBuilder().setTables(TablesRequest.getDefaultInstance());
  }

  private static List<TableInfo> tables(Reply reply) {
    return Replies.tables(reply.getTables());
  }

  /** Saves the running configuration to the selected file. Blocks: yes. */
  public SavedConfiguration save() {
    return saveAs("");
  }

  /**
   * Saves the running configuration under a name and selects it (behaviour B14). Blocks: yes.
   *
   * @throws io.midplane.calls.MidplaneException INVALID_ARGUMENT for a name that breaks {@link
   *     ProcessName}
   */
  public SavedConfiguration save(String name) {
    return saveAs(checkName(name));
  }

  private SavedConfiguration saveAs(String name) {
    return saved(caller.call(saveRequest(name), CallText.of("save", name), "saveAsync()"));
  }

  /** As {@link #save()}. Blocks: no. */
  public CompletionStage<SavedConfiguration> saveAsync() {
    return saveAsAsync("");
  }

  /** As {@link #save(String)}. Blocks: no. */
  public CompletionStage<SavedConfiguration> saveAsync(String name) {
    return saveAsAsync(checkName(name));
  }

  private CompletionStage<SavedConfiguration> saveAsAsync(String name) {
    return caller.callAsync(
        saveRequest(name), CallText.of("save", name), RemoteConfiguration::saved);
  }

  private static Request.Builder saveRequest(String name) {
    return Request.newBuilder().setSave(SaveRequest.newBuilder().setName(name));
  }

  private static SavedConfiguration saved(Reply reply) {
    return Replies.saved(reply.getSave().getSaved());
  }

  /** The saved configurations, by name. Blocks: yes. */
  public List<SavedConfiguration> list() {
    return listed(caller.call(listRequest(), CallText.of("list"), "listAsync()"));
  }

  /** As {@link #list}. Blocks: no. */
  public CompletionStage<List<SavedConfiguration>> listAsync() {
    return caller.callAsync(listRequest(), CallText.of("list"), RemoteConfiguration::listed);
  }

  private static Request.Builder listRequest() {
    return Request.newBuilder().setList(ListRequest.getDefaultInstance());
  }

  private static List<SavedConfiguration> listed(Reply reply) {
    var saved = new ArrayList<SavedConfiguration>();
    reply.getList().getSavedList().forEach(one -> saved.add(Replies.saved(one)));
    return List.copyOf(saved);
  }

  /** Selects the saved configuration that a restart loads. Blocks: yes. */
  public void use(String name) {
    var unused = caller.call(useRequest(name), CallText.of("use", name), "useAsync()");
  }

  /** As {@link #use}. Blocks: no. */
  public CompletionStage<@Nullable Void> useAsync(String name) {
    return done(useRequest(name), CallText.of("use", name));
  }

  private static Request.Builder useRequest(String name) {
    return Request.newBuilder().setUse(UseRequest.newBuilder().setName(checkName(name)));
  }

  /** The running configuration as text, one row a line. Blocks: yes. */
  public String show() {
    return text(showRequest(null), CallText.of("show"), "showAsync()");
  }

  /** A saved configuration as text. Blocks: yes. */
  public String show(String saved) {
    return text(showRequest(saved), CallText.of("show", saved), "showAsync()");
  }

  /** As {@link #show()}. Blocks: no. */
  public CompletionStage<String> showAsync() {
    return VirtualThreads.supply(this::show);
  }

  /** As {@link #show(String)}. Blocks: no. */
  public CompletionStage<String> showAsync(String saved) {
    return VirtualThreads.supply(() -> show(saved));
  }

  private static Request.Builder showRequest(@Nullable String saved) {
    var show = ShowRequest.newBuilder();
    if (saved != null) {
      show.setSaved(checkName(saved));
    }
    return Request.newBuilder().setShow(show);
  }

  /** The lines in which the running configuration differs from the selected one. Blocks: yes. */
  public String diff() {
    return text(diffRequest(null, null), CallText.of("diff"), "diffAsync()");
  }

  /** The lines in which the running configuration differs from a saved one. Blocks: yes. */
  public String diff(String from) {
    return text(diffRequest(from, null), CallText.of("diff", from), "diffAsync()");
  }

  /** The lines in which one saved configuration differs from another. Blocks: yes. */
  public String diff(String from, String to) {
    return text(diffRequest(from, to), new CallText("diff", from, to), "diffAsync()");
  }

  /** As {@link #diff()}. Blocks: no. */
  public CompletionStage<String> diffAsync() {
    return VirtualThreads.supply(this::diff);
  }

  /** As {@link #diff(String)}. Blocks: no. */
  public CompletionStage<String> diffAsync(String from) {
    return VirtualThreads.supply(() -> diff(from));
  }

  /** As {@link #diff(String, String)}. Blocks: no. */
  public CompletionStage<String> diffAsync(String from, String to) {
    return VirtualThreads.supply(() -> diff(from, to));
  }

  private static Request.Builder diffRequest(@Nullable String from, @Nullable String to) {
    var diff = DiffRequest.newBuilder();
    if (from != null) {
      diff.setFrom(checkName(from));
    }
    if (to != null) {
      diff.setTo(checkName(to));
    }
    return Request.newBuilder().setDiff(diff);
  }

  private String text(Request.Builder request, CallText what, String alternative) {
    caller.checkMayBlock(what, alternative);
    return new TextPieces(caller, caller.stream(request, what)).text();
  }

  private CompletionStage<@Nullable Void> done(Request.Builder request, CallText what) {
    return caller.callAsync(request, what, Replies::nothing);
  }

  private static String checkName(String name) {
    return ProcessName.check(name, "configuration");
  }
}

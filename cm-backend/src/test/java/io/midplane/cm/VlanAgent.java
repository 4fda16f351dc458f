package io.midplane.cm;

import io.midplane.protocol.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The agent that the tests configure: VLANs in memory. It remembers its events and actions in
 * order, and a test may have it do more.
 */
class VlanAgent extends CmAgent {

  record Vlan(String name, int id, List<String> ports, String description) {}

  /** What a test adds to each call of a handler. */
  interface ActionHook {
    void run(String method, CmContext context) throws Exception;
  }

  /** What a test adds to each event. */
  interface EventHook {
    void run(String event, CmEvent context) throws Exception;
  }

  static final Table<Vlan> VLANS = table("vlan");

  /** What happened: {@code load_start}, {@code set blue load}, {@code next a save}. */
  final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  final Table<Vlan> table;
  final MemoryTable<Vlan> vlans;
  ActionHook onAction = (method, context) -> {};
  EventHook onEvent = (event, context) -> {};
  Consumer<TableDeclaration> options = TableDeclaration::persistent;
  Consumer<Declaration> declaration = cm -> {};
  boolean readyAfterLoad = true;

  VlanAgent() {
    this(VLANS);
  }

  VlanAgent(Table<Vlan> table) {
    this.table = table;
    this.vlans = new Vlans();
  }

  VlanAgent(Table<Vlan> table, ExecutorService pool) {
    super(pool);
    this.table = table;
    this.vlans = new Vlans();
  }

  static Table<Vlan> table(String name) {
    return Table.of(name, Vlan.class)
        .key("name", Check.identifier(32))
        .column("id", Check.range(1, 4094))
        .column("ports", Default.of(List.of()))
        .column("description", Default.of(""), Description.of("for people"))
        .operation("delete")
        .tableOperation("clear")
        .build();
  }

  static Row row(String name, int id) {
    return Row.of("name", name, "id", id);
  }

  static Row full(String name, int id) {
    return Row.of("name", name, "id", id, "ports", List.of(), "description", "");
  }

  static Row key(String name) {
    return Row.of("name", name);
  }

  VlanAgent with(String name, int id) {
    vlans.put(new Vlan(name, id, List.of(), ""));
    return this;
  }

  /** What happened but for the reads. */
  List<String> seenWithoutReads() {
    return List.copyOf(seen).stream()
        .filter(line -> !line.startsWith("next") && !line.startsWith("get"))
        .toList();
  }

  @Override
  protected void declare(Declaration cm) {
    options.accept(cm.table(table, vlans));
    declaration.accept(cm);
  }

  @Override
  protected void onLoadStart(CmEvent event) throws Exception {
    happened("load_start", event);
  }

  @Override
  protected void onLoadComplete(CmEvent event) throws Exception {
    happened("load_complete", event);
    readyIfWanted(event);
  }

  @Override
  protected void onGenerateDefault(CmEvent event) throws Exception {
    happened("generate_default", event);
    readyIfWanted(event);
  }

  @Override
  protected void onSaveStart(CmEvent event) throws Exception {
    happened("save_start", event);
  }

  @Override
  protected void onSaveComplete(CmEvent event) throws Exception {
    happened("save_complete", event);
  }

  private void readyIfWanted(CmEvent event) {
    if (readyAfterLoad) {
      event.ready();
    }
  }

  private void happened(String what, CmEvent event) throws Exception {
    seen.add(what);
    onEvent.run(what, event);
  }

  private final class Vlans extends MemoryTable<Vlan> {
    Vlans() {
      super(VlanAgent.this.table);
    }

    private void called(String method, @Nullable Object subject, CmContext context)
        throws Exception {
      String purpose = context.isLoad() ? " load" : context.isSave() ? " save" : "";
      seen.add(method + (subject == null ? "" : " " + subject) + purpose);
      onAction.run(method, context);
    }

    @Override
    public @Nullable Vlan get(CmContext context, Key key) throws Exception {
      called("get", key, context);
      return super.get(context, key);
    }

    @Override
    public @Nullable Vlan getNext(CmContext context, @Nullable Key after) throws Exception {
      called("next", after, context);
      return super.getNext(context, after);
    }

    @Override
    public void check(CmContext context, Change<Vlan> change) throws Exception {
      onAction.run("check", context);
      boolean taken =
          rows().stream()
              .anyMatch(vlan ->
                  vlan.id() == change.after().id() && !vlan.name().equals(change.after().name()));
      if (taken) {
        throw context.raiseError("VLAN id " + change.after().id() + " is in use");
      }
    }

    @Override
    public void apply(CmContext context, Change<Vlan> change) throws Exception {
      called("set", change.key(), context);
      super.apply(context, change);
    }

    @Override
    public void checkOperation(CmContext context, Op<Vlan> operation) throws Exception {
      onAction.run("checkOperation", context);
    }

    @Override
    public void applyOperation(CmContext context, Op<Vlan> operation) throws Exception {
      called("op", operation.name(), context);
      if (operation.name().equals("clear")) {
        clear();
      } else {
        super.applyOperation(context, operation);
      }
    }
  }
}

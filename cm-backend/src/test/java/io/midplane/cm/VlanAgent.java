package io.midplane.cm;

import io.midplane.actors.AgentContext;
import io.midplane.protocol.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The agent that the tests configure: VLANs in memory. Remembers its events and actions, in order.
 */
class VlanAgent extends CmAgent {

  record Vlan(String name, int id, List<String> ports, String description) {}

  static final Table<Vlan> VLANS =
      Table.of("vlan", Vlan.class)
          .key("name", Check.identifier(32))
          .column("id", Check.range(1, 4094))
          .column("ports", Default.of(List.of()))
          .column("description", Default.of(""), Description.of("for people"))
          .operation("delete")
          .tableOperation("clear")
          .build();

  /** What happened, in order: {@code load_start}, {@code set blue load}, {@code next}. */
  final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  final MemoryTable<Vlan> vlans = new Vlans();

  @Override
  protected void declare(Declaration cm) {
    declareVlans(cm);
  }

  TableDeclaration declareVlans(Declaration cm) {
    return cm.table(VLANS, vlans).persistent();
  }

  @Override
  public void start(AgentContext context) throws Exception {
    super.start(context);
  }

  @Override
  protected void onLoadStart(CmEvent event) throws Exception {
    seen.add("load_start");
  }

  @Override
  protected void onLoadComplete(CmEvent event) throws Exception {
    seen.add("load_complete");
    event.ready();
  }

  @Override
  protected void onGenerateDefault(CmEvent event) throws Exception {
    seen.add("generate_default");
    event.ready();
  }

  @Override
  protected void onSaveStart(CmEvent event) throws Exception {
    seen.add("save_start");
  }

  @Override
  protected void onSaveComplete(CmEvent event) throws Exception {
    seen.add("save_complete");
  }

  static Row row(String name, int id) {
    return Row.of("name", name, "id", id);
  }

  static Row full(String name, int id) {
    return Row.of("name", name, "id", id, "ports", List.of(), "description", "");
  }

  private final class Vlans extends MemoryTable<Vlan> {
    Vlans() {
      super(VLANS);
    }

    @Override
    public Vlan getNext(CmContext context, Key after) {
      seen.add("next" + (after == null ? "" : " " + after) + (context.isSave() ? " save" : ""));
      return super.getNext(context, after);
    }

    @Override
    public void check(CmContext context, Change<Vlan> change) {
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
      seen.add("set " + change.key() + (context.isLoad() ? " load" : ""));
      super.apply(context, change);
    }

    @Override
    public void applyOperation(CmContext context, Op<Vlan> operation) throws Exception {
      seen.add(operation.name());
      if (operation.name().equals("clear")) {
        clear();
      } else {
        super.applyOperation(context, operation);
      }
    }
  }
}

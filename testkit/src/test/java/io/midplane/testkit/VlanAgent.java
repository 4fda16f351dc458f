package io.midplane.testkit;

import io.midplane.cm.Change;
import io.midplane.cm.Check;
import io.midplane.cm.CmAgent;
import io.midplane.cm.CmContext;
import io.midplane.cm.Declaration;
import io.midplane.cm.Default;
import io.midplane.cm.MemoryTable;
import io.midplane.cm.Table;
import java.util.List;

/** An agent as a user would write it: the subject of the examples in the documentation. */
final class VlanAgent extends CmAgent {

  record Vlan(String name, int id, List<String> ports) {}

  static final Table<Vlan> VLANS =
      Table.of("vlan", Vlan.class)
          .key("name", Check.identifier(32))
          .column("id", Check.range(1, 4094))
          .column("ports", Default.of(List.of()))
          .operation("delete")
          .build();

  @Override
  protected void declare(Declaration cm) {
    cm.table(VLANS, new Vlans()).persistent();
  }

  private static final class Vlans extends MemoryTable<Vlan> {
    Vlans() {
      super(VLANS);
    }

    @Override
    public void check(CmContext context, Change<Vlan> change) {
      for (Vlan other : rows()) {
        if (other.id() == change.after().id() && !other.name().equals(change.after().name())) {
          throw context.raiseError(
              "id %d is taken by vlan %s; choose another".formatted(other.id(), other.name()));
        }
      }
      for (String port : change.after().ports()) {
        if (!port.matches("\\d+:\\d+")) {
          throw context.raiseError("port %s: not SLOT:PORT".formatted(port));
        }
      }
    }
  }
}

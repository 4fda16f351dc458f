package io.midplane.examples.vlan;

import io.midplane.cm.Change;
import io.midplane.cm.Check;
import io.midplane.cm.CmAgent;
import io.midplane.cm.CmContext;
import io.midplane.cm.Declaration;
import io.midplane.cm.Default;
import io.midplane.cm.MemoryTable;
import io.midplane.cm.Op;
import io.midplane.cm.Table;
import java.util.List;
import java.util.Optional;

/**
 * Owns the table {@code vlan}: a set with a new name creates a VLAN, operation {@code delete}
 * removes one. The rows are part of every saved configuration.
 */
public final class VlanAgent extends CmAgent {

  // snippet: table
  /** The table, as agents and clients know it. */
  public static final Table<Vlan> VLANS =
      Table.of("vlan", Vlan.class)
          .key("name", Check.identifier(32))
          .column("id", Check.range(1, 4094))
          .column("ports", Default.of(List.of()))
          .column("description", Default.of(""))
          .operation("delete")
          .build();

  // end

  // snippet: agent
  private final Vlans vlans = new Vlans();

  /** Creates the agent without VLANs. */
  public VlanAgent() {}

  @Override
  protected void declare(Declaration cm) {
    cm.table(VLANS, vlans).persistent();
  }

  /** The rows, with the one rule that a column's own check cannot express. */
  private static final class Vlans extends MemoryTable<Vlan> {

    Vlans() {
      super(VLANS);
    }

    @Override
    public void check(CmContext context, Change<Vlan> change) {
      Vlan wanted = change.after();
      ownerOf(wanted.id())
          .filter(owner -> !owner.name().equals(wanted.name()))
          .ifPresent(owner ->
              context.raiseError(
                  "id %d is taken by vlan %s; choose another"
                      .formatted(wanted.id(), owner.name())));
    }

    @Override
    public void apply(CmContext context, Change<Vlan> change) throws Exception {
      super.apply(context, change);
      context.notifyCli(
          "vlan %s %s"
              .formatted(change.after().name(), change.before() == null ? "created" : "changed"));
    }

    @Override
    public void applyOperation(CmContext context, Op<Vlan> operation) throws Exception {
      super.applyOperation(context, operation);
      context.notifyCli("vlan %s deleted".formatted(operation.existing().name()));
    }

    private Optional<Vlan> ownerOf(int id) {
      return rows().stream().filter(vlan -> vlan.id() == id).findFirst();
    }
  }
  // end
}

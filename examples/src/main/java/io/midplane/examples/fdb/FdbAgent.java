package io.midplane.examples.fdb;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.ActionKind;
import io.midplane.cm.Change;
import io.midplane.cm.Check;
import io.midplane.cm.CmAgent;
import io.midplane.cm.CmContext;
import io.midplane.cm.Configuration;
import io.midplane.cm.Declaration;
import io.midplane.cm.MemoryTable;
import io.midplane.cm.Table;

/**
 * Owns the table {@code fdb}, whose rows name VLANs of agent {@code vlan}. Two things follow: its
 * configuration is loaded after that agent's, and its set asks that agent, which takes a handler
 * that may wait.
 */
public final class FdbAgent extends CmAgent {

  /** The table, as agents and clients know it. */
  public static final Table<FdbEntry> ENTRIES =
      Table.of("fdb", FdbEntry.class)
          .key(
              "mac",
              Check.matching("[0-9a-f]{2}(:[0-9a-f]{2}){5}", "six bytes such as 00:04:96:1e:32:80"))
          .operation("delete")
          .build();

  private final MemoryTable<FdbEntry> entries = new Entries();

  /** Creates the agent without entries. */
  public FdbAgent() {}

  @Override
  protected void declare(Declaration cm) {
    cm.table(ENTRIES, entries).persistent().async(ActionKind.SET);
    cm.configDeps("vlan");
  }

  private static final class Entries extends MemoryTable<FdbEntry> {

    Entries() {
      super(ENTRIES);
    }

    @Override
    public void check(CmContext context, Change<FdbEntry> change) {
      String vlan = change.after().vlan();
      try {
        Configuration.of(context.midplane()).get("vlan", vlan);
      } catch (MidplaneException refusal) {
        if (refusal.code() == ErrorCode.NOT_FOUND) {
          context.raiseError("vlan %s does not exist; create it first".formatted(vlan));
        }
        throw refusal;
      }
    }
  }
}

package io.midplane.examples.lldp;

import io.midplane.actors.AgentContext;
import io.midplane.actors.EventId;
import io.midplane.cm.Change;
import io.midplane.cm.Check;
import io.midplane.cm.CmAgent;
import io.midplane.cm.CmContext;
import io.midplane.cm.Declaration;
import io.midplane.cm.Default;
import io.midplane.cm.Key;
import io.midplane.cm.MemoryTable;
import io.midplane.cm.Op;
import io.midplane.cm.Table;
import io.midplane.protocol.Row;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Speaks LLDP. Table {@code lldp_port} says on which ports, and is part of every saved
 * configuration; table {@code lldp_neighbor} shows who else speaks there. The bus hears {@code
 * lldp.neighbor.added}, {@code changed} and {@code removed}.
 */
public final class LldpAgent extends CmAgent {

  // snippet: tables
  /** The ports, as agents and clients know them. */
  public static final Table<LldpPort> PORTS =
      Table.of("lldp_port", LldpPort.class)
          .key("name", Check.matching("[!-~]{1,15}", "name of an interface"))
          .column("enabled", Default.of(true))
          .column("interval", Default.of(30), Check.range(1, 3600))
          .column("hold", Default.of(4), Check.range(2, 10))
          .operation("delete")
          .build();

  /** The neighbours; nobody sets them. */
  public static final Table<LldpNeighbor> NEIGHBORS =
      Table.of("lldp_neighbor", LldpNeighbor.class)
          .key("port")
          .key("chassis")
          .key("neighborPort")
          .readOnly()
          .build();

  // end

  private final LldpIdentity identity;
  private final LldpLink.Opener links;
  private final MemoryTable<LldpPort> ports = new Ports();
  private final MemoryTable<LldpNeighbor> neighbors = new MemoryTable<>(NEIGHBORS);
  private final Map<String, LldpSession> sessions = new HashMap<>();
  private @Nullable ScheduledExecutorService executor;
  private @Nullable AgentContext context;

  /** An agent for the interfaces of this machine. */
  public LldpAgent(LldpIdentity identity) {
    this(identity, LldpLink.inRouter(""));
  }

  /** An agent for links of another kind: of a namespace, or in memory. */
  public LldpAgent(LldpIdentity identity, LldpLink.Opener links) {
    this.identity = identity;
    this.links = links;
  }

  // snippet: agent
  @Override
  protected void declare(Declaration cm) {
    cm.table(PORTS, ports).persistent();
    cm.table(NEIGHBORS, neighbors);
  }

  @Override
  public void start(AgentContext started) throws Exception {
    context = started;
    executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lldp").factory());
    super.start(started);
  }

  @Override
  public void stop() {
    synchronized (sessions) {
      sessions.values().forEach(LldpSession::end);
      sessions.clear();
    }
    if (executor != null && !executor.isShutdown()) {
      // Behind the last steps of the sessions.
      executor.execute(executor::shutdownNow);
    }
  }

  // end

  private void replace(String name, @Nullable LldpPort wanted) {
    synchronized (sessions) {
      LldpSession before = sessions.remove(name);
      if (before != null) {
        before.end();
      }
      if (wanted != null && wanted.enabled() && executor != null) {
        var session = new LldpSession(wanted, identity, links, new Told(), executor);
        sessions.put(name, session);
        session.begin();
      }
    }
  }

  /** The ports that are configured; each has a session while it is enabled. */
  private final class Ports extends MemoryTable<LldpPort> {

    Ports() {
      super(PORTS);
    }

    @Override
    public void apply(CmContext cm, Change<LldpPort> change) throws Exception {
      super.apply(cm, change);
      replace(change.after().name(), change.after());
    }

    @Override
    public void applyOperation(CmContext cm, Op<LldpPort> operation) throws Exception {
      super.applyOperation(cm, operation);
      replace(operation.existing().name(), null);
    }
  }

  /** Keeps the table of neighbours, and tells the bus. */
  private final class Told implements LldpSession.Listener {

    @Override
    public void known(LldpNeighbor neighbor, boolean isNew) {
      neighbors.put(neighbor);
      publish(isNew ? "added" : "changed", neighbor);
    }

    @Override
    public void gone(LldpNeighbor neighbor) {
      neighbors.remove(Key.of(neighbor.port(), neighbor.chassis(), neighbor.neighborPort()));
      publish("removed", neighbor);
    }

    private void publish(String what, LldpNeighbor neighbor) {
      if (context != null) {
        context.publish(
            EventId.of("lldp", "neighbor", what),
            Row.of(
                "port", neighbor.port(),
                "chassis", neighbor.chassis(),
                "neighborPort", neighbor.neighborPort(),
                "systemName", neighbor.systemName()));
      }
    }
  }
}

package io.midplane.xenstore.server;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.server.Node.Change;
import io.midplane.xenstore.server.Watch.Event;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.StorePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that the event loop owns: the store, the domains, the connections. */
final class Daemon implements EventLoop.Handler, Connection.Server {
  private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);
  private static final int CONFLICTS_KEPT = 100;
  private static final int SERVER = 0;

  private final Store store = new Store();
  private final Domains domains;
  private final @Nullable Machine machine;
  private final Trace trace;
  private final Requests requests;
  private final WatchRequests watchRequests;
  private final Lifecycle lifecycle;
  private final EventLoop loop;
  private final long mostEventBytes;
  private final Map<Integer, Connection> connections = new TreeMap<>();
  private final Map<Integer, Connection> rings = new TreeMap<>();
  private final Deque<Conflict> conflicts = new ArrayDeque<>();
  private final AtomicLong performed = new AtomicLong();
  private long failedCommits;
  private long droppedEvents;
  private int lastConnection;

  Daemon(XenStoreServer.Builder settings) {
    this.machine = settings.machine();
    this.domains = new Domains(settings.domains(), settings.quotas());
    this.trace = new Trace(settings.traceFile(), Clock.systemUTC());
    this.mostEventBytes = settings.mostEventBytes();
    this.loop = new EventLoop(this);
    Paths paths = new Paths(domains);
    this.watchRequests = new WatchRequests(store, domains, paths);
    this.lifecycle =
        new Lifecycle(store, domains, watchRequests::reset, loop::close, this::connectRing);
    this.requests =
        new Requests(
            store,
            trace,
            new NodeRequests(store, domains, paths),
            watchRequests,
            new TransactionRequests(store, domains, this::name, this::conflict),
            new DomainRequests(domains, lifecycle),
            new ControlRequests(store, domains, trace));
    furnish();
  }

  /** What a store has from the start. */
  private void furnish() {
    Change change = store.change(SERVER);
    Node node = Node.empty(Access.closed(), change.generation(), SERVER);
    Tree tree = store.tree().with("/tool/xenstored", node, change);
    byte[] name = "Domain-0".getBytes(StandardCharsets.US_ASCII);
    Node named = node.changed(name, node.access(), change);
    store.replace(tree.with("/local/domain/0/name", named, change));
  }

  EventLoop loop() {
    return loop;
  }

  Store store() {
    return store;
  }

  Lifecycle lifecycle() {
    return lifecycle;
  }

  Domains domains() {
    return domains;
  }

  /** Begins to listen to guests with rings, if there is a machine. */
  void listenToGuests() {
    if (machine != null) {
      machine.listen(
          domain -> loop.execute(() -> kicked(domain)), () -> loop.execute(this::lookAtGuests));
    }
  }

  /** Closes what is not the loop's. */
  void closeFiles() {
    trace.close();
    if (machine != null) {
      machine.close();
    }
  }

  private void connectRing(Domain domain, boolean again) {
    Machine there = machine;
    if (there == null || !there.exists(domain.id())) {
      return;
    }
    Connection before = rings.get(domain.id());
    if (before != null) {
      loop.close(before);
    }
    try {
      RingPort ring = there.ring(domain.id());
      if (again) {
        ring.reset();
      }
      Connection connection = connect(domain.id(), ring, "ring");
      if (connection != null) {
        rings.put(domain.id(), connection);
        loop.execute(() -> loop.serve(connection));
      }
    } catch (IOException e) {
      LOG.warn("XS-0119 the page of domain {} cannot be mapped", domain.id(), e);
      throw Refusal.of(ErrorName.EINVAL);
    }
  }

  private void kicked(int domain) {
    Connection connection = rings.get(domain);
    if (connection != null) {
      loop.serve(connection);
    }
  }

  private void lookAtGuests() {
    Machine there = machine;
    if (there == null) {
      return;
    }
    for (Domain guest : domains.guests()) {
      switch (there.state(guest.id())) {
        case RUNNING -> {}
        case SHUT_DOWN -> lifecycle.shutDown(guest);
        case GONE -> lifecycle.release(guest);
      }
    }
  }

  @Override
  public @Nullable Connection accepted(int domain, Port port) {
    return connect(domain, port, "socket");
  }

  /** A client of a domain; null if the domain is not there. */
  @Nullable Connection connect(int domain, Port port, String kind) {
    Domain speaker = domains.introduced(domain);
    if (speaker == null) {
      return null;
    }
    lastConnection++;
    Connection connection = new Connection(lastConnection, kind, speaker, port, this);
    connections.put(connection.id(), connection);
    speaker.connections().add(connection);
    if (trace.isOn()) {
      trace.note("NEW " + connection);
    }
    return connection;
  }

  @Override
  public void closed(Connection connection) {
    watchRequests.reset(connection);
    connection.domain().connections().remove(connection);
    connections.remove(connection.id());
    rings.remove(connection.domain().id(), connection);
    if (trace.isOn()) {
      trace.note("END " + connection);
    }
  }

  @Override
  public List<Connection> connections() {
    return new ArrayList<>(connections.values());
  }

  @Override
  public void perform(Connection caller, Message request) {
    performed.setOpaque(performed.getPlain() + 1);
    requests.perform(caller, request);
  }

  @Override
  public void rested() {
    trace.flush();
  }

  @Override
  public void flushLater(Connection connection) {
    loop.flushLater(connection);
  }

  @Override
  public void dropped(Connection connection, Event event) {
    droppedEvents++;
    LOG.debug("XS-0116 {}: an event of {} bytes was dropped", connection, event.payloadLength());
  }

  @Override
  public boolean isStalled(long eventBytes) {
    return eventBytes > mostEventBytes;
  }

  @Override
  public int mostReplies(Domain domain) {
    return domains.quota(Quota.OUTSTANDING, domain);
  }

  private String name(int connection) {
    if (connection == SERVER) {
      return "the server";
    }
    Connection open = connections.get(connection);
    return open == null ? "connection " + connection + " (closed)" : open.toString();
  }

  private void conflict(Conflict conflict) {
    failedCommits++;
    if (conflicts.size() == CONFLICTS_KEPT) {
      conflicts.removeFirst();
    }
    conflicts.addLast(conflict);
    trace.note("CONFLICT " + conflict);
  }

  List<Conflict> conflicts() {
    return List.copyOf(conflicts);
  }

  ServerStatistics statistics() {
    return new ServerStatistics(connections.size(), performed.get(), failedCommits, droppedEvents);
  }

  Domain guest(int domain) {
    Domain guest = domains.introduced(domain);
    if (guest == null || guest.isPrivileged()) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND, "domain " + domain + ": not introduced, or domain 0");
    }
    return guest;
  }

  /** Another tree instead of this one; every watch fires once. */
  void restore(StoreSnapshot snapshot) {
    Change change = store.change(SERVER);
    Tree fresh = Tree.empty(change);
    for (StoreSnapshot.Entry entry : snapshot.entries()) {
      String path = StorePath.check(entry.path());
      Access access = Access.of(entry.permissions());
      Node node = Node.empty(access, change.generation(), SERVER);
      Node full = node.changed(entry.value(), access, change);
      Node there = fresh.get(path);
      Node placed = there == null ? full : full.withChildren(there.children(), change);
      fresh = fresh.with(path, placed, change);
    }
    Tree before = store.tree();
    store.ledger().clear();
    store.ledger().addAll(fresh.root(), 1);
    store.replace(new Tree(fresh.root(), before.introduce(), before.release()));
    for (Connection connection : connections.values()) {
      for (Watch watch : connection.watches().values()) {
        connection.tell(watch.event(watch.path()));
      }
    }
  }
}

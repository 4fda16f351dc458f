package io.midplane.benchmarks;

import static io.midplane.benchmarks.StoreClient.Kind.ACTOR;
import static io.midplane.benchmarks.StoreClient.Kind.LIBXENSTORE;
import static io.midplane.benchmarks.StoreClient.Kind.PYXS;
import static io.midplane.benchmarks.StoreClient.Kind.RUNTIME;

import io.midplane.benchmarks.StoreSide.Preparation;
import io.midplane.benchmarks.StoreValues.Value;
import java.util.List;

/**
 * XenStore: our client beside libxenstore and pyxs, each at the C daemon; our server beside the C
 * daemon, each driven by libxenstore. All processes share one core.
 */
final class XenStoreSuite {
  static final String NAME = "xenstore";

  private static final String ONCE = "at least 1.0 x libxenstore's";
  private static final String PYXS_TARGET = "at least 1.8 x pyxs's";
  private static final String RUNTIME_TARGET = "none; shows what the gate of a runtime costs";
  private static final String ACTOR_TARGET = "none; shows what the way through the actor costs";
  private static final String SERVER_TARGET = "at least 0.8 x the C daemon's";
  private static final String SERVER_ONCE = "at least 1.0 x the C daemon's";
  private static final String BESIDE_C = "none; the C daemon in the same state";
  private static final String C = "C 4.17";
  private static final String EMPTY = "midplane, nothing else there";

  private static final Preparation IDLE = new Preparation("idle", 1500);
  private static final Preparation WATCHES = new Preparation("hold", 50_000);
  private static final Preparation NODES = new Preparation("load", 100_000);

  private XenStoreSuite() {}

  static Suite create() {
    return new Suite(
        NAME,
        "The XenStore client beside libxenstore and pyxs, the server beside the C daemon",
        List.of(
            ofClient("read", "reads, one after the other", ONCE, "read"),
            ofClient("write", "writes, one after the other", ONCE, "write"),
            ofClient("rmw", "transactions that read a node and write it", ONCE, "rmw"),
            besidePyxs("read-pyxs", "reads, one after the other", "read"),
            besidePyxs("write-pyxs", "writes, one after the other", "write"),
            inFlight("in-flight", "readAll, 32 in flight", "pipe"),
            inFlight("in-flight-async", "readAsync, 32 in flight", "async"),
            new StoreValues(
                "watch",
                "from a write to its event at another connection",
                "at most 1.2 x libxenstore's (the median)",
                "watch",
                1000,
                31,
                List.of(
                    new Value("", Unit.MICROSECONDS, 0), new Value("-p99", Unit.MICROSECONDS, 1)),
                client(StoreClient.Kind.MIDPLANE),
                client(LIBXENSTORE)),
            inRuntime("read-runtime", "reads in a runtime, the short way", RUNTIME, "read"),
            inRuntime("write-runtime", "writes in a runtime, the short way", RUNTIME, "write"),
            inRuntime("rmw-runtime", "transactions in a runtime, the short way", RUNTIME, "rmw"),
            inRuntime("read-actor", "reads as asks of the connection's actor", ACTOR, "read"),
            inRuntime("write-actor", "writes as asks of the connection's actor", ACTOR, "write"),
            inRuntime("rmw-actor", "transactions as asks of the actor", ACTOR, "rmw"),
            ofServer("server-read", "libxenstore's reads at our server", SERVER_TARGET, "read"),
            ofServer("server-write", "libxenstore's writes at our server", SERVER_TARGET, "write"),
            ofServer("server-rmw", "libxenstore's transactions at our server", "none", "rmw"),
            ofServer("server-in-flight", "reads, 32 in flight", SERVER_ONCE, "pipe"),
            ofServer("server-clients", "reads of 16 processes", SERVER_ONCE, "fan"),
            new StoreRate(
                "idle",
                "reads beside 1 500 idle connections",
                "at least 0.5 x those without",
                "read",
                server(StoreDaemon.Kind.MIDPLANE, "midplane", IDLE),
                server(StoreDaemon.Kind.MIDPLANE, EMPTY)),
            cliff("idle-c", "reads beside 1 500 idle connections", "read", IDLE),
            new StoreRate(
                "watches",
                "writes beside 50 000 unrelated watches",
                "at least 0.67 x those without",
                "write",
                server(StoreDaemon.Kind.MIDPLANE, "midplane", WATCHES),
                server(StoreDaemon.Kind.MIDPLANE, EMPTY)),
            cliff("watches-c", "writes beside 50 000 unrelated watches", "write", WATCHES),
            new StoreValues(
                "children",
                "20 000 children of one node: removed; listed by parts",
                "removed in at most 50 ms",
                "flatdir",
                20_000,
                3,
                List.of(
                    new Value("-rm", Unit.MILLISECONDS, 3),
                    new Value("-list", Unit.MILLISECONDS, 2)),
                server(StoreDaemon.Kind.MIDPLANE, "midplane"),
                server(StoreDaemon.Kind.C, C)),
            bigTransaction(
                "big-transaction",
                "one transaction that writes 4 000 new nodes",
                "at least 1.32 x the C 4.17 daemon's, which is the C 2026 daemon's",
                4000,
                15),
            bigTransaction(
                "small-transaction",
                "one transaction that writes 100 new nodes",
                "as fast as with 4 000: the cost is linear",
                100,
                301),
            new StoreRate(
                "rmw-100000",
                "libxenstore's transactions with 100 000 nodes",
                "at least 1.06 x the C 4.17 daemon's with none, which is the C 2026 daemon's",
                "rmw",
                server(StoreDaemon.Kind.MIDPLANE, "midplane", NODES),
                server(StoreDaemon.Kind.C, C + ", empty")),
            cliff("rmw-100000-c", "libxenstore's transactions with 100 000 nodes", "rmw", NODES),
            new StoreMemory()));
  }

  private static StoreSide client(StoreClient.Kind client) {
    return StoreSide.of(client.text(), StoreDaemon.Kind.C, client);
  }

  private static StoreSide server(
      StoreDaemon.Kind server, String name, Preparation... preparations) {
    return StoreSide.of(name, server, LIBXENSTORE, preparations);
  }

  private static Case ofClient(String name, String about, String target, String work) {
    return new StoreRate(
        name, about, target, work, client(StoreClient.Kind.MIDPLANE), client(LIBXENSTORE));
  }

  private static Case besidePyxs(String name, String about, String work) {
    return new StoreRate(
        name, about, PYXS_TARGET, work, client(StoreClient.Kind.MIDPLANE), client(PYXS));
  }

  /** libxenstore has one request at a time: its closed loop is the peer. */
  private static Case inFlight(String name, String about, String work) {
    return new StoreRate(
        name,
        about,
        "at least 1.7 x libxenstore's closed loop",
        work,
        "read",
        client(StoreClient.Kind.MIDPLANE),
        client(LIBXENSTORE));
  }

  private static Case inRuntime(String name, String about, StoreClient.Kind way, String work) {
    String target = way == RUNTIME ? RUNTIME_TARGET : ACTOR_TARGET;
    return new StoreRate(name, about, target, work, client(way), client(LIBXENSTORE));
  }

  private static Case ofServer(String name, String about, String target, String work) {
    return new StoreRate(
        name,
        about,
        target,
        work,
        server(StoreDaemon.Kind.MIDPLANE, "midplane"),
        server(StoreDaemon.Kind.C, C));
  }

  /** Both servers in the state in which the C daemon crawls. */
  private static Case cliff(String name, String about, String work, Preparation state) {
    return new StoreRate(
        name,
        about,
        BESIDE_C,
        work,
        server(StoreDaemon.Kind.MIDPLANE, "midplane", state),
        server(StoreDaemon.Kind.C, C, state));
  }

  private static Case bigTransaction(
      String name, String about, String target, int nodes, int rounds) {
    return new StoreValues(
        name,
        about,
        target,
        "bigtx",
        nodes,
        rounds,
        List.of(
            new Value("", Unit.OPERATIONS_PER_SECOND, 2),
            new Value("-commit", Unit.MILLISECONDS, 1)),
        server(StoreDaemon.Kind.MIDPLANE, "midplane"),
        server(StoreDaemon.Kind.C, C));
  }
}

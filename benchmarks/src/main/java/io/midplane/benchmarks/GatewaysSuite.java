package io.midplane.benchmarks;

import java.util.List;
import java.util.concurrent.Callable;

/** Gateways beside Python's own execnet, which runs in a process of its own. */
final class GatewaysSuite {
  static final String NAME = "gateways";

  private static final String TARGET = "at least 15 x execnet's";

  private GatewaysSuite() {}

  static Suite create() {
    return new Suite(
        NAME,
        "Values and gateways, beside Python's execnet",
        List.of(
            values("dumps", "Values.dumps of a dict of 10 000 records, 1.8 MB", true),
            values("loads", "Values.loads of the same", false),
            over(
                "round-trip",
                "an integer there and back over popen, one after the other",
                "at least 1.5 x execnet's",
                GatewayWorks.roundTrips()),
            over(
                "one-way",
                "small integers to the worker",
                "at least 8 x execnet's",
                GatewayWorks.oneWay()),
            over("large", "items of 1 MiB to the worker", "at least 2 x", GatewayWorks.large()),
            over(
                "popen-start",
                "popen, first run of a class that travels, end; the start-up cache is made",
                "at least 0.33 x execnet's",
                GatewayWorks.start("popen")),
            over(
                "inproc-start",
                "the same within this JVM, beside popen of execnet",
                "at least 20 x",
                GatewayWorks.start("inproc")),
            over(
                "socket-start",
                "the same at a server that runs, TLS and token, beside popen of execnet",
                "at least 2 x",
                GatewayWorks.socketStart()),
            over(
                "concurrent",
                "tasks on one gateway, up to 500 at once",
                "at least 1 x",
                GatewayWorks.concurrent()),
            new RsyncCase(),
            new ManyGatewaysCase()));
  }

  private static Case over(String name, String about, String target, Callable<GatewayWorks> setUp) {
    return new PairedCase(
        NAME, name, about, target, Unit.OPERATIONS_PER_SECOND, PythonExecnet.NAME, setUp);
  }

  private static Case values(String name, String about, boolean dumps) {
    return new PairedCase(
        NAME,
        name,
        about,
        TARGET,
        Unit.OPERATIONS_PER_SECOND,
        PythonExecnet.NAME,
        () -> ValuesWorks.start(dumps));
  }
}

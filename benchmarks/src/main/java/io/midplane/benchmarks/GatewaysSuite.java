package io.midplane.benchmarks;

import java.util.List;

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
            values("loads", "Values.loads of the same", false)));
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

package io.midplane.benchmarks;

import io.midplane.benchmarks.akka.CounterActor;
import java.util.List;

/** Configuration: in process, over the socket, from the shell. */
final class CmSuite {
  static final String NAME = "cm";

  private CmSuite() {}

  static Suite create() {
    return new Suite(
        NAME,
        "Get, set and walk: in process, over the socket, from the shell",
        List.of(
            new PairedCase(
                NAME,
                "get",
                "Configuration.get of a row",
                "at least 0.5 x raw ask of an actor that has nothing to do",
                Unit.CALLS_PER_SECOND,
                CounterActor.RAW_ASK,
                CmWorks::get),
            new PairedCase(
                NAME,
                "set",
                "Configuration.set of one column of a row",
                "at least 0.5 x raw ask of an actor that has nothing to do",
                Unit.CALLS_PER_SECOND,
                CounterActor.RAW_ASK,
                CmWorks::set),
            new WalkCase(),
            new SocketCase(),
            new ShellCase(),
            new NodeStartCase()));
  }
}

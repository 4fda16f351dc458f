package io.midplane.benchmarks;

import io.midplane.benchmarks.akka.CounterActor;
import java.util.List;
import java.util.Map;

/** What a call through the gate costs, and how soon one that would hang is refused. */
final class CallsSuite {
  static final String NAME = "calls";

  private CallsSuite() {}

  static Suite create() {
    return new Suite(
        NAME,
        "The gate, the deadlock detector and the way to an actor and back",
        List.of(
            new PairedCase(
                NAME,
                "sync-call",
                "Midplane.ask of an actor of the runtime, from a thread of the application",
                "at most 1.15 x raw Akka ask + get of the same actor",
                Unit.MICROSECONDS,
                CounterActor.RAW_ASK,
                AskWorks::here),
            new PairedCase(
                NAME,
                "sync-call-task",
                "the same from a task of an executor, whose stack the gate looks at each time",
                "none; shows what the look costs",
                Unit.MICROSECONDS,
                CounterActor.RAW_ASK,
                AskWorks::inATask),
            new PairedCase(
                NAME,
                "tell",
                "messages to an actor behind the runtime's interceptor",
                "at least 0.85 x tell to the same actor without",
                Unit.MESSAGES_PER_SECOND,
                "Akka tell",
                TellWorks::new),
            gate("gate", "program", "the whole gate on a thread of the application"),
            gate("gate-task", "task", "the whole gate in a task of an executor"),
            graph("graph", 1, "at most 100 ns, with the rest of the gate"),
            graph("graph-64", 64, "none; shows what a long chain costs"),
            new CycleCase()));
  }

  private static Case gate(String name, String method, String about) {
    return new JmhCase(NAME, name, about, "at most 1000 ns", GateBenchmark.class, method, Map.of());
  }

  private static Case graph(String name, int length, String target) {
    String about =
        "a call from a handler: graph check, edge, gate; %d waiting in a row behind the callee"
            .formatted(length);
    return new JmhCase(
        NAME,
        name,
        about,
        target,
        GraphBenchmark.class,
        "handler",
        Map.of("length", Integer.toString(length)));
  }
}

package io.midplane.benchmarks.akka;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import io.midplane.actors.Midplane;
import java.time.Duration;

/**
 * An actor that counts, and the ways to it: through the gate, or as one goes with Akka alone. For
 * one thread at a time.
 */
public final class CounterActor {
  /** How a measurement names the raw ask. */
  public static final String RAW_ASK = "Akka ask + get";

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Counter.Count COUNT = new Counter.Count();

  private final Midplane midplane;
  private final ActorRef<Counter.Command> actor;
  private long told;

  private CounterActor(Midplane midplane, ActorRef<Counter.Command> actor) {
    this.midplane = midplane;
    this.actor = actor;
  }

  /** Started by the runtime, behind its interceptor. */
  public static CounterActor ofTheRuntime(Midplane midplane, String name) {
    return new CounterActor(midplane, midplane.spawnActor(Counter.create(), name));
  }

  /** Started by Akka in the same actor system, without the runtime's interceptor. */
  public static CounterActor raw(Midplane midplane, String name) {
    return new CounterActor(
        midplane, Adapter.spawn(Adapter.toClassic(midplane.system()), Counter.create(), name));
  }

  /** Asks through the gate how many it counted. Blocks: yes. */
  public long ask() {
    return midplane.<Counter.Command, Long>ask(actor, Counter.Read::new, TIMEOUT);
  }

  /** Asks the same with Akka alone. Blocks: yes. */
  public long rawAsk() throws Exception {
    return RawAsk.<Counter.Command, Long>ask(midplane.system(), actor, Counter.Read::new, TIMEOUT);
  }

  /** Tells it to count so often, and waits until it has. Blocks: yes. */
  public void tell(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      actor.tell(COUNT);
    }
    told += times;
    long counted = rawAsk();
    if (counted != told) {
      throw new IllegalStateException("counted: " + counted + " (expected: " + told + ")");
    }
  }
}

package io.midplane.testkit;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;

/**
 * Makes probes: actors of the test's runtime that the test reads messages from. They stop with the
 * runtime. Thread-safe; nothing here blocks.
 *
 * {@snippet :
 * TestProbe<Reading> reader = probes.of(Reading.class);
 * counter.tell(new Read(port, reader.getRef()));
 * reader.expectMessage(new Reading(port, 0));
 * }
 */
public final class Probes {

  private final ActorTestKit kit;

  Probes(ActorTestKit kit) {
    this.kit = kit;
  }

  /** A probe that takes messages of a type. */
  public <M> TestProbe<M> of(Class<M> type) {
    return kit.createTestProbe(type);
  }

  /**
   * The same with a name, so that dumps and log lines show which probe it is; a number is appended
   * to it.
   */
  public <M> TestProbe<M> of(Class<M> type, String name) {
    return kit.createTestProbe(name, type);
  }
}

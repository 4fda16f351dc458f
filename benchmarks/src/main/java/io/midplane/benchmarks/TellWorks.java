package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.benchmarks.akka.CounterActor;

/** Messages to an actor behind the runtime's interceptor, beside the same actor without. */
final class TellWorks implements PairedCase.Works {
  private final Midplane midplane = Midplanes.quiet("tell");
  private final CounterActor ours = CounterActor.ofTheRuntime(midplane, "ours");
  private final CounterActor raw = CounterActor.raw(midplane, "raw");

  @Override
  public void ours(int operations) throws Exception {
    ours.tell(operations);
  }

  @Override
  public void peer(int operations) throws Exception {
    raw.tell(operations);
  }

  @Override
  public void close() {
    midplane.close();
  }
}

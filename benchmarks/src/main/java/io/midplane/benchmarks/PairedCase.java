package io.midplane.benchmarks;

import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.benchmarks.PairedRunner.Pair;
import java.util.List;
import java.util.concurrent.Callable;

/** A case that the {@link PairedRunner} measures against its peer. */
record PairedCase(
    String suite,
    String name,
    String about,
    String target,
    Unit unit,
    String peerName,
    Callable<? extends Works> setUp)
    implements Case {

  /** Both sides, set up and ready. */
  interface Works extends AutoCloseable {
    void ours(int operations) throws Exception;

    void peer(int operations) throws Exception;

    @Override
    void close();
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    try (Works works = setUp.call()) {
      Pair pair = new PairedRunner(effort).run(works::ours, works::peer).in(unit);
      return List.of(
          new Measurement(suite, name, unit, pair.ours(), new Peer(peerName, pair.peer())));
    }
  }
}

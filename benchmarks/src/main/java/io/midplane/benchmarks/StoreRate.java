package io.midplane.benchmarks;

import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.benchmarks.PairedRunner.Pair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations a second of one thing at two sides in turn; of ours alone where the peer is missing.
 *
 * @param work what our client is told to do
 * @param peerWork what the peer's client is told to do
 */
record StoreRate(
    String name,
    String about,
    String target,
    String work,
    String peerWork,
    StoreSide ours,
    StoreSide peer)
    implements Case {

  /** Both clients do the same. */
  StoreRate(String name, String about, String target, String work, StoreSide ours, StoreSide peer) {
    this(name, about, target, work, work, ours, peer);
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    return measure(effort, XenStorePeers.find());
  }

  List<Measurement> measure(Effort effort, @Nullable XenStorePeers peers) throws Exception {
    if (!ours.isInstalled(peers) || !peer.isInstalled(peers)) {
      return alone(effort);
    }
    try (StoreSide.Running ourSide = ours.start(peers, effort);
        StoreSide.Running peerSide = peer.start(peers, effort)) {
      Pair pair = new PairedRunner(effort).run(at(ourSide, work), at(peerSide, peerWork));
      return List.of(measurement(pair.ours(), new Peer(peer.name(), rates(pair.peer()))));
    }
  }

  private List<Measurement> alone(Effort effort) throws Exception {
    try (StoreSide.Running running = ours.withoutPeers().start(null, effort)) {
      Pair twice = new PairedRunner(effort).run(at(running, work), at(running, work));
      Peer missing = new Peer(peer.name() + XenStorePeers.MISSING, null);
      return List.of(measurement(twice.ours(), missing));
    }
  }

  private static PairedRunner.Work at(StoreSide.Running side, String what) {
    return operations -> {
      List<Double> unused = side.work(what, operations);
    };
  }

  private Measurement measurement(Series nanos, Peer of) {
    return new Measurement(XenStoreSuite.NAME, name, Unit.OPERATIONS_PER_SECOND, rates(nanos), of);
  }

  private static Series rates(Series nanos) {
    return nanos.map(Unit.OPERATIONS_PER_SECOND::of);
  }
}

package io.midplane.benchmarks;

import io.midplane.benchmarks.Measurement.Peer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of two sides report, in turn; ours alone where the peer is missing.
 *
 * @param work what a client is told to do
 * @param count how often, at each turn
 * @param rounds how many turns
 * @param values which of the numbers it reports are figures
 */
record StoreValues(
    String name,
    String about,
    String target,
    String work,
    int count,
    int rounds,
    List<Value> values,
    StoreSide ours,
    StoreSide peer)
    implements Case {
  private static final int QUICK_SHARE = 100;

  /**
   * One of the numbers.
   *
   * @param suffix what is added to the case's name
   * @param at its place in the report
   */
  record Value(String suffix, Unit unit, int at) {}

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    return measure(effort, XenStorePeers.find());
  }

  List<Measurement> measure(Effort effort, @Nullable XenStorePeers peers) throws Exception {
    if (!ours.isInstalled(peers) || !peer.isInstalled(peers)) {
      try (StoreSide.Running running = ours.withoutPeers().start(null, effort)) {
        return figures(effort, running, null);
      }
    }
    try (StoreSide.Running ourSide = ours.start(peers, effort);
        StoreSide.Running peerSide = peer.start(peers, effort)) {
      return figures(effort, ourSide, peerSide);
    }
  }

  private List<Measurement> figures(
      Effort effort, StoreSide.Running ourSide, StoreSide.@Nullable Running peerSide)
      throws IOException {
    int each = effort.isQuick() ? Math.ceilDiv(count, QUICK_SHARE) : count;
    List<List<Double>> ourReports = new ArrayList<>();
    List<List<Double>> peerReports = new ArrayList<>();
    int turns = effort.isQuick() ? 1 : rounds;
    for (int turn = effort.isQuick() ? 0 : -warmUp(); turn < turns; turn++) {
      List<Double> ourReport = ourSide.work(work, each);
      List<Double> peerReport = peerSide == null ? List.of() : peerSide.work(work, each);
      if (turn >= 0) {
        ourReports.add(ourReport);
        peerReports.add(peerReport);
      }
    }
    List<Measurement> figures = new ArrayList<>();
    for (Value value : values) {
      Peer of =
          peerSide == null
              ? new Peer(peer.name() + XenStorePeers.MISSING, null)
              : new Peer(peer.name(), series(peerReports, value));
      figures.add(
          new Measurement(
              XenStoreSuite.NAME,
              name + value.suffix(),
              value.unit(),
              series(ourReports, value),
              of));
    }
    return figures;
  }

  /** Half as many turns again, before they count. */
  private int warmUp() {
    return Math.ceilDiv(rounds, 2);
  }

  private static Series series(List<List<Double>> reports, Value value) {
    return Series.of(reports.stream().mapToDouble(report -> report.get(value.at())).toArray());
  }
}

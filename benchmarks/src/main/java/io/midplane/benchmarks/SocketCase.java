package io.midplane.benchmarks;

import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.benchmarks.PairedRunner.Pair;
import java.util.List;

/** Gets of one caller in another process than the node: how many a second, and the slow ones. */
final class SocketCase implements Case {
  private static final String PEER = "bare exchange";
  private static final double P99 = 0.99;

  @Override
  public String name() {
    return "socket-get";
  }

  @Override
  public String about() {
    return "get over the Unix socket from another process, one caller; and its 99th percentile";
  }

  @Override
  public String target() {
    return "at least 15 000/s; the peer echoes 96 bytes over such a socket";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    try (SocketWorks works = SocketWorks.open()) {
      Pair rates = new PairedRunner(effort).run(works::ours, works::peer).in(Unit.CALLS_PER_SECOND);
      double[] ours = new double[effort.rounds()];
      double[] peer = new double[effort.rounds()];
      int calls = effort.isQuick() ? 20 : 1000;
      for (int round = 0; round < effort.rounds(); round++) {
        ours[round] = p99Micros(works::get, calls);
        peer[round] = p99Micros(works::exchange, calls);
      }
      return List.of(
          measurement(name(), Unit.CALLS_PER_SECOND, rates.ours(), rates.peer()),
          measurement(name() + "-p99", Unit.MICROSECONDS, Series.of(ours), Series.of(peer)));
    }
  }

  private static Measurement measurement(String name, Unit unit, Series ours, Series peer) {
    return new Measurement(CmSuite.NAME, name, unit, ours, new Peer(PEER, peer));
  }

  /** The 99th percentile of so many calls. */
  private static double p99Micros(Runnable call, int calls) {
    double[] micros = new double[calls];
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      call.run();
      micros[i] = Unit.MICROSECONDS.of(System.nanoTime() - start);
    }
    return Series.of(micros).quantile(P99);
  }
}

package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.benchmarks.akka.CounterActor;
import io.midplane.cm.Configuration;

/** Get or set of a row in process, beside a raw ask of an actor that has nothing to do. */
final class CmWorks implements PairedCase.Works {
  private static final int ROWS = 1000;

  /** What is done to one row. */
  @FunctionalInterface
  private interface Request {
    void send(Configuration configuration, String name, int turn);
  }

  private final Request request;
  private final Midplane midplane = Midplanes.quiet("cm");
  private final Configuration configuration = Configuration.of(midplane);
  private final CounterActor counter = CounterActor.ofTheRuntime(midplane, "counter");
  private final String[] names = new String[ROWS];
  private int turn;

  private CmWorks(Request request) {
    this.request = request;
    for (int i = 0; i < ROWS; i++) {
      names[i] = RouteAgent.name(i);
    }
    var unused = midplane.spawn(new RouteAgent(ROWS), "route");
  }

  static CmWorks get() {
    return new CmWorks((configuration, name, turn) -> {
      var unused = configuration.get(RouteAgent.TABLE, name);
    });
  }

  static CmWorks set() {
    return new CmWorks((configuration, name, turn) -> {
      var unused = configuration.set(RouteAgent.TABLE, RouteAgent.changed(name, turn));
    });
  }

  @Override
  public void ours(int operations) {
    for (int i = 0; i < operations; i++) {
      turn = (turn + 1) % 1_000_000;
      request.send(configuration, names[turn % ROWS], turn);
    }
  }

  @Override
  public void peer(int operations) throws Exception {
    for (int i = 0; i < operations; i++) {
      long unused = counter.rawAsk();
    }
  }

  @Override
  public void close() {
    midplane.close();
  }
}

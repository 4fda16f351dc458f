package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;

/** Runtimes to measure in: as a user starts them, but they keep nothing and say nothing. */
final class Midplanes {
  private Midplanes() {}

  static Midplane quiet(String name) {
    return Midplane.start(MidplaneSettings.defaults().name(name).with("akka.loglevel", "WARNING"));
  }
}

package io.midplane.benchmarks;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All suites; a subsystem adds its own here. */
record Suites(List<Suite> all) {

  /** A case with the suite it belongs to. */
  record Entry(Suite suite, Case figure) {}

  static Suites create() {
    return new Suites(
        List.of(
            CallsSuite.create(),
            CmSuite.create(),
            GatewaysSuite.create(),
            XenStoreSuite.create(),
            PacketSuite.create()));
  }

  /** All cases, in order. */
  List<Entry> entries() {
    return all.stream()
        .flatMap(suite -> suite.cases().stream().map(figure -> new Entry(suite, figure)))
        .toList();
  }

  /**
   * The cases of these names, each once, in the order named.
   *
   * @param names of suites or cases; {@code cm/get} where a case's name alone is not enough
   * @throws IllegalArgumentException naming the first that is neither
   */
  List<Entry> named(List<String> names) {
    Set<Entry> chosen = new LinkedHashSet<>();
    for (String name : names) {
      List<Entry> found = entries().stream().filter(entry -> isNamed(entry, name)).toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            name + ": neither a suite nor a case; midplane bench list shows them");
      }
      chosen.addAll(found);
    }
    return List.copyOf(chosen);
  }

  private static boolean isNamed(Entry entry, String name) {
    String suite = entry.suite().name();
    String figure = entry.figure().name();
    return name.equals(suite) || name.equals(figure) || name.equals(suite + "/" + figure);
  }
}

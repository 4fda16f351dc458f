package io.midplane.architecture;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folders of the house from the ground up, the packages each owns and the modules it may use. A
 * package belongs to the first that owns it or one around it.
 */
enum Module {
  CALLS("calls", "io.midplane.calls"),
  PROTOCOL("protocol", "io.midplane.protocol"),
  ACTORS("actors", "io.midplane.actors"),
  PERSISTENCE("persistence", "io.midplane.persistence"),
  CM_BACKEND("cm-backend", "io.midplane.cm"),
  WORKER("gateways/worker", "io.midplane.gateways.worker", "io.midplane.gateways.wire"),
  GATEWAYS("gateways", "io.midplane.gateways"),
  XENSTORE("xenstore", "io.midplane.xenstore"),
  PACKET_IO("packet-io", "io.midplane.packet"),
  TESTKIT("testkit", "io.midplane.testkit"),
  NODE("node", "io.midplane.node"),
  EXAMPLES("examples", "io.midplane.examples"),
  BENCHMARKS("benchmarks", "io.midplane.benchmarks");

  private final String folder;
  private final List<String> rootPackages;

  Module(String folder, String... rootPackages) {
    this.folder = folder;
    this.rootPackages = List.of(rootPackages);
  }

  /** The module that owns a package, if one does. */
  static Optional<Module> of(String packageName) {
    return Arrays.stream(values())
        .filter(
            module -> module.rootPackages.stream().anyMatch(root -> isWithin(packageName, root)))
        .findFirst();
  }

  String folder() {
    return folder;
  }

  List<String> rootPackages() {
    return rootPackages;
  }

  /** True if a class in {@code packageName}, which this module owns, may use {@code other}. */
  boolean mayUse(Module other, String packageName) {
    return other == this || uses().contains(other) || other == ACTORS && hasActorsIn(packageName);
  }

  private Set<Module> uses() {
    return switch (this) {
      case CALLS -> EnumSet.noneOf(Module.class);
      case PROTOCOL, WORKER -> EnumSet.of(CALLS);
      case ACTORS, PERSISTENCE, XENSTORE, PACKET_IO -> EnumSet.of(CALLS, PROTOCOL);
      case CM_BACKEND -> EnumSet.of(CALLS, PROTOCOL, ACTORS, PERSISTENCE);
      case GATEWAYS -> EnumSet.of(CALLS, PROTOCOL, ACTORS, WORKER);
      case TESTKIT, NODE -> EnumSet.range(CALLS, PACKET_IO);
      case EXAMPLES -> with(EnumSet.range(CALLS, PACKET_IO), NODE);
      case BENCHMARKS -> with(EnumSet.range(CALLS, PACKET_IO), NODE, EXAMPLES);
    };
  }

  /** The XenStore and packet cores stand alone; only their {@code .actor} packages know actors. */
  private boolean hasActorsIn(String packageName) {
    return (this == XENSTORE || this == PACKET_IO)
        && isWithin(packageName, rootPackages.getFirst() + ".actor");
  }

  private static Set<Module> with(Set<Module> modules, Module... more) {
    modules.addAll(Arrays.asList(more));
    return modules;
  }

  private static boolean isWithin(String packageName, String outer) {
    return packageName.equals(outer) || packageName.startsWith(outer + ".");
  }
}

package io.midplane.gateways.worker;

import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** What scripts under {@code testkit/peers} install. */
final class Peers {
  private Peers() {}

  /**
   * The Java 21 that {@code testkit/peers/jdk21/setup.sh} installs. Skips where it is not, and
   * fails there in CI.
   */
  static String java21() {
    Path program = peers().resolve("jdk21/home/bin/java");
    if (!Files.isExecutable(program)) {
      String missing = program + ": no Java 21 there; run testkit/peers/jdk21/setup.sh";
      if (System.getenv("CI") != null) {
        throw new AssertionError(missing);
      }
      throw new TestAbortedException(missing);
    }
    return program.toString();
  }

  /** Where such scripts install: MIDPLANE_PEERS, or {@code .midplane/peers} of the checkout. */
  private static Path peers() {
    String moved = System.getenv("MIDPLANE_PEERS");
    Path folder = Path.of("").toAbsolutePath();
    while (moved == null && !Files.exists(folder.resolve("testkit/peers"))) {
      folder = folder.getParent();
    }
    return moved == null ? folder.resolve(".midplane/peers") : Path.of(moved);
  }
}

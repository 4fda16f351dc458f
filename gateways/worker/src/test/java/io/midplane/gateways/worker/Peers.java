package io.midplane.gateways.worker;

import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/**
 * What scripts under {@code testkit/peers} install: in MIDPLANE_PEERS, or in {@code
 * .midplane/peers} of the checkout. A test skips where it is not, and fails there in CI.
 */
public final class Peers {
  private Peers() {}

  /** The program of a Java 21. */
  public static String java21() {
    return required("jdk21", "home/bin/java").toString();
  }

  /** The folder that has execnet 2 for Python, as PYTHONPATH. */
  public static String execnet2() {
    return required("execnet2", "dist-packages/execnet").getParent().toString();
  }

  private static Path required(String peer, String file) {
    Path path = folder().resolve(peer).resolve(file);
    if (!Files.exists(path)) {
      String missing = path + ": not there; run testkit/peers/" + peer + "/setup.sh";
      if (System.getenv("CI") != null) {
        throw new AssertionError(missing);
      }
      throw new TestAbortedException(missing);
    }
    return path;
  }

  private static Path folder() {
    String moved = System.getenv("MIDPLANE_PEERS");
    Path root = Path.of("").toAbsolutePath();
    while (moved == null && !Files.exists(root.resolve("testkit/peers"))) {
      root = root.getParent();
    }
    return moved == null ? root.resolve(".midplane/peers") : Path.of(moved);
  }
}

package io.midplane.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The real XenStore daemons and clients, where {@code setup.sh} has installed them. */
record XenStorePeers(Path scripts, Path folder) {
  private static final String SETUP = "testkit/peers/xenstore/setup.sh";
  private static final Path PYXS = Path.of("/usr/lib/python3/dist-packages/pyxs");

  /** What a measurement says of a peer that is not there. */
  static final String MISSING = " (not installed: " + SETUP + ")";

  /** Looks for them in the checkout that this program is of; null without one. */
  static @Nullable XenStorePeers find() {
    String home = System.getProperty("midplane.home", System.getProperty("midplane.root", ""));
    Path root = Path.of(home).toAbsolutePath();
    while (!Files.exists(root.resolve(SETUP))) {
      root = root.getParent();
      if (root == null) {
        return null;
      }
    }
    String moved = System.getenv("MIDPLANE_PEERS");
    Path peers = moved == null ? root.resolve(".midplane/peers") : Path.of(moved);
    return new XenStorePeers(
        root.resolve(SETUP).resolveSibling(""), peers.resolve("xenstore").toAbsolutePath());
  }

  /** Whether the C daemon and libxenstore's client are there. */
  boolean areInstalled() {
    return Files.isExecutable(xsbench()) && Files.exists(folder.resolve("fakexen.so"));
  }

  boolean hasPyxs() {
    return areInstalled() && Files.exists(PYXS);
  }

  Path xsbench() {
    return folder.resolve("xsbench");
  }

  Path script(String name) {
    return scripts.resolve(name);
  }
}

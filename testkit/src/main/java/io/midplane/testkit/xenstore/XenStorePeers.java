package io.midplane.testkit.xenstore;

import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/**
 * The real XenStore programs, as {@code testkit/peers/xenstore/setup.sh} installs them: in the
 * folder {@code xenstore} of MIDPLANE_PEERS, or in {@code .midplane/peers/xenstore} of the
 * checkout.
 */
public final class XenStorePeers {
  private static final String SETUP = "testkit/peers/xenstore/setup.sh";

  private final Path scripts;
  private final Path folder;

  private XenStorePeers(Path scripts, Path folder) {
    this.scripts = scripts;
    this.folder = folder;
  }

  /**
   * The programs, if they are installed. Otherwise the test is skipped, saying how to install them;
   * where the environment says CI=true it fails instead.
   */
  public static XenStorePeers required() {
    XenStorePeers peers = located();
    if (peers.areInstalled()) {
      return peers;
    }
    String missing = peers.folder + ": no XenStore daemons there; run " + SETUP;
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError(missing);
    }
    throw new TestAbortedException(missing);
  }

  private static XenStorePeers located() {
    Path root = checkout();
    String moved = System.getenv("MIDPLANE_PEERS");
    Path peers = moved == null ? root.resolve(".midplane/peers") : Path.of(moved);
    return new XenStorePeers(
        root.resolve(SETUP).resolveSibling(""), peers.resolve("xenstore").toAbsolutePath());
  }

  private static Path checkout() {
    String told = System.getProperty("midplane.root");
    Path folder = Path.of(told == null ? "" : told).toAbsolutePath();
    while (!Files.exists(folder.resolve(SETUP))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException(SETUP + ": not found here or above; set midplane.root");
      }
      folder = parent;
    }
    return folder;
  }

  private boolean areInstalled() {
    return Files.isExecutable(program("xenstored")) && Files.exists(folder.resolve("fakexen.so"));
  }

  /** A file of {@code testkit/peers/xenstore}. */
  public Path script(String name) {
    return scripts.resolve(name);
  }

  /** A program of the daemons' own package: {@code test-xenstore}, {@code xenstored}. */
  public Path program(String name) {
    return folder.resolve("root/usr/lib/xen-4.17/bin").resolve(name);
  }

  /** A command of the stock client tools: {@code xenstore-read} and its like. */
  public static Path tool(String name) {
    return Path.of("/usr/bin").resolve(name);
  }

  /** The Python that has pyxs. */
  public static Path python() {
    return Path.of("/usr/bin/python3");
  }
}

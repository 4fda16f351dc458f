package io.midplane.benchmarks;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A XenStore server in a process of its own, on the pinned core, in a private folder. */
final class StoreDaemon implements AutoCloseable {

  /** Which one. */
  enum Kind {
    MIDPLANE,
    C
  }

  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final long LOOK_EVERY_NANOS = 1_000_000;

  private final Folder folder;
  private final AutoCloseable process;

  private StoreDaemon(Folder folder, AutoCloseable process) {
    this.folder = folder;
    this.process = process;
  }

  /**
   * Starts one. Blocks: until it serves.
   *
   * @param peers where the C daemon is; for ours it may be null
   */
  static StoreDaemon start(Kind kind, @Nullable XenStorePeers peers) throws IOException {
    Folder folder = Folder.create();
    AutoCloseable process =
        switch (kind) {
          case MIDPLANE -> startOurs(folder);
          case C -> startC(folder, peers);
        };
    return new StoreDaemon(folder, process);
  }

  private static AutoCloseable startOurs(Folder folder) throws IOException {
    List<String> command =
        Program.midplane("xenstore", "serve", "--socket", socketIn(folder).toString());
    return ServerProcess.start(PinnedCore.command(command), folder.log());
  }

  private static AutoCloseable startC(Folder folder, @Nullable XenStorePeers peers)
      throws IOException {
    if (peers == null) {
      throw new IOException("C daemon" + XenStorePeers.MISSING);
    }
    List<String> command = List.of(peers.script("start-c.sh").toString(), folder.path().toString());
    Process process =
        new ProcessBuilder(PinnedCore.command(command))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(folder.log().toFile()))
            .start();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!accepts(socketIn(folder))) {
      if (!process.isAlive() || System.nanoTime() - deadline >= 0) {
        process.destroyForcibly();
        throw new IOException("C daemon: did not start; see " + folder.log());
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    return () -> {
      var unused = process.destroyForcibly().onExit().join();
    };
  }

  private static boolean accepts(Path socket) {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return client.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static Path socketIn(Folder folder) {
    return folder.path().resolve("socket");
  }

  Path socket() {
    return socketIn(folder);
  }

  @Override
  public void close() {
    try {
      process.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      folder.close();
    }
  }
}

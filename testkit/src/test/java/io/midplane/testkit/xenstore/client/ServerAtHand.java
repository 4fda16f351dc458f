package io.midplane.testkit.xenstore.client;

import io.midplane.testkit.xenstore.XenStoreDaemon;
import io.midplane.testkit.xenstore.XenStoreKind;
import io.midplane.xenstore.server.XenStoreServer;
import io.midplane.xenstore.wire.DomainId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A server that clients are tested against, and what a test does to it. */
sealed interface ServerAtHand extends AutoCloseable {

  /** Starts one. */
  static ServerAtHand start(XenStoreKind kind, Path folder) {
    return switch (kind) {
      case C, OCAML -> new Daemon(XenStoreDaemon.start(kind, folder));
      case MIDPLANE -> {
        Path socket = folder.resolve("socket");
        yield new Embedded(XenStoreServer.builder().socket(socket).start(), socket);
      }
    };
  }

  Path socket();

  /** Makes a domain that can be introduced. */
  void create(int domain);

  /** Makes a domain and introduces it. */
  void introduce(int domain);

  /** Makes it answer nothing until it is thawed; false if that cannot be done to it. */
  boolean freeze();

  void thaw();

  @Override
  void close();

  /** One in a process of its own. */
  record Daemon(XenStoreDaemon daemon) implements ServerAtHand {
    @Override
    public Path socket() {
      return daemon.socket();
    }

    @Override
    public void create(int domain) {
      var unused = daemon.create(domain);
    }

    @Override
    public void introduce(int domain) {
      var unused = daemon.introduce(domain);
    }

    @Override
    public boolean freeze() {
      signal("-STOP");
      return true;
    }

    @Override
    public void thaw() {
      signal("-CONT");
    }

    private void signal(String name) {
      try {
        int status = new ProcessBuilder("kill", name, "" + daemon.pid()).start().waitFor();
        if (status != 0) {
          throw new IllegalStateException("kill " + name + " ended with " + status);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      daemon.close();
    }
  }

  /** Ours, in this process. */
  record Embedded(XenStoreServer server, Path socket) implements ServerAtHand {
    @Override
    public void create(int domain) {
      // Every domain exists.
    }

    @Override
    public void introduce(int domain) {
      server.introduceAsync(new DomainId(domain)).toCompletableFuture().join();
    }

    @Override
    public boolean freeze() {
      return false;
    }

    @Override
    public void thaw() {}

    @Override
    public void close() {
      server.close();
    }
  }
}

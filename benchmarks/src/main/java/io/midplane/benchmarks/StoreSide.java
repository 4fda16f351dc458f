package io.midplane.benchmarks;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side of a comparison: which client at which server, and what is done before.
 *
 * @param preparations done once, such as {@code hold 50000}
 */
record StoreSide(
    String name, StoreDaemon.Kind server, StoreClient.Kind client, List<Preparation> preparations) {

  /** Something a client does before it is measured. */
  record Preparation(String what, int count) {}

  /** Few enough for a look whether all works. */
  private static final int QUICK_SHARE = 100;

  static StoreSide of(
      String name, StoreDaemon.Kind server, StoreClient.Kind client, Preparation... preparations) {
    return new StoreSide(name, server, client, List.of(preparations));
  }

  /** Whether what it needs is installed. */
  boolean isInstalled(@Nullable XenStorePeers peers) {
    return client.isInstalled(peers)
        && (server == StoreDaemon.Kind.MIDPLANE || (peers != null && peers.areInstalled()));
  }

  /** The same with what is always there: our server and our client. */
  StoreSide withoutPeers() {
    StoreClient.Kind ours =
        client == StoreClient.Kind.LIBXENSTORE ? StoreClient.Kind.MIDPLANE : client;
    return new StoreSide(name, StoreDaemon.Kind.MIDPLANE, ours, preparations);
  }

  /** Starts it. Blocks: until it is prepared. */
  Running start(@Nullable XenStorePeers peers, Effort effort) throws IOException {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    Running running = new Running(parts);
    try {
      StoreDaemon daemon = StoreDaemon.start(server, peers);
      parts.push(daemon);
      running.client = StoreClient.start(client, peers, daemon.socket());
      parts.push(running.client);
      for (Preparation preparation : preparations) {
        int count = effort.isQuick() ? preparation.count() / QUICK_SHARE : preparation.count();
        var unused = running.work(preparation.what(), count);
      }
      return running;
    } catch (IOException | RuntimeException e) {
      running.close();
      throw e;
    }
  }

  /** The server and the client, at work. */
  static final class Running implements AutoCloseable {
    private final Deque<AutoCloseable> parts;
    private @Nullable StoreClient client;

    private Running(Deque<AutoCloseable> parts) {
      this.parts = parts;
    }

    List<Double> work(String what, int count) throws IOException {
      if (client == null) {
        throw new IOException("no client");
      }
      return client.work(what, count);
    }

    @Override
    public void close() {
      for (AutoCloseable part = parts.poll(); part != null; part = parts.poll()) {
        try {
          part.close();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}

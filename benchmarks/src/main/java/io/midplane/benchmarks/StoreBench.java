package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.actor.XenStoreActors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Our client as {@link StoreClient} drives it: says {@code ready}, reads lines such as {@code read
 * 1000} and answers each with a line of what it measured. A process of its own.
 */
final class StoreBench {
  private StoreBench() {}

  /**
   * Serves until the input ends.
   *
   * @param arguments which {@link StoreClient.Kind} it is
   */
  public static void main(String[] arguments) throws Exception {
    BenchRun.logQuietly();
    switch (StoreClient.Kind.valueOf(arguments[0])) {
      case MIDPLANE -> {
        try (XenStore store = XenStore.connect()) {
          serve(store);
        }
      }
      case RUNTIME -> {
        try (Midplane midplane = Midplanes.quiet("bench")) {
          serve(XenStore.of(midplane));
        }
      }
      case ACTOR -> {
        try (Midplane midplane = Midplanes.quiet("bench")) {
          serve(XenStoreActors.of(midplane).storeThroughActor());
        }
      }
      case LIBXENSTORE, PYXS -> throw new IllegalArgumentException(arguments[0] + ": not ours");
    }
  }

  private static void serve(XenStore store) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    try (StoreWorks works = new StoreWorks(store)) {
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int blank = line.indexOf(' ');
        int count = Integer.parseInt(line.substring(blank + 1));
        System.out.println(works.run(line.substring(0, blank), count));
      }
    }
  }
}

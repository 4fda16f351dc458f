package io.midplane.benchmarks;

import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.XenStoreSettings;
import io.midplane.xenstore.server.XenStoreServer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many bytes of heap a node takes in our server, when there are many. */
final class StoreMemory implements Case {
  private static final int NODES = 100_000;
  private static final int PER_DIRECTORY = 100;
  private static final byte[] VALUE = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String about() {
    return "heap of our server for a node of 100 000, with a value of 16 bytes, 100 a directory";
  }

  @Override
  public String target() {
    return "under 400 bytes";
  }

  @Override
  public List<Measurement> measure(Effort effort) {
    double[] bytes = new double[effort.isQuick() ? 1 : 5];
    for (int run = 0; run < bytes.length; run++) {
      bytes[run] = bytesEach();
    }
    return List.of(new Measurement(XenStoreSuite.NAME, name(), Unit.BYTES, Series.of(bytes), null));
  }

  private static double bytesEach() {
    try (XenStoreServer server = XenStoreServer.start();
        XenStore store = XenStore.connect(server::transport, XenStoreSettings.defaults())) {
      long before = usedHeap();
      for (int directory = 0; directory < NODES / PER_DIRECTORY; directory++) {
        Map<String, byte[]> values = new LinkedHashMap<>();
        for (int at = 0; at < PER_DIRECTORY; at++) {
          values.put("/load/d" + directory + "/n" + at, VALUE);
        }
        store.writeAll(values);
      }
      return (usedHeap() - before) / (double) NODES;
    }
  }

  private static long usedHeap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}

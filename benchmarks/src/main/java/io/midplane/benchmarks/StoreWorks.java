package io.midplane.benchmarks;

import io.midplane.xenstore.Monitor;
import io.midplane.xenstore.Transaction;
import io.midplane.xenstore.XenStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What a client of ours can be told to do, the same things as libxenstore's in {@code xsbench.c}
 * and with the same reports. For one thread.
 */
final class StoreWorks implements AutoCloseable {
  private static final String KEY = "/bench/k";
  private static final byte[] VALUE = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int IN_FLIGHT = 32;
  private static final int FAN = 16;
  private static final int PER_DIRECTORY = 100;

  private final XenStore store;
  private final List<XenStore> others = new ArrayList<>();
  private final List<String> window = Collections.nCopies(IN_FLIGHT, KEY);
  private final List<XenStore> fan = new ArrayList<>();
  private @Nullable Monitor monitor;

  StoreWorks(XenStore store) {
    this.store = store;
    store.write(KEY, VALUE);
  }

  /** Does one of them, and reports. Blocks: yes. */
  String run(String what, int count) {
    return what
        + " "
        + switch (what) {
          case "read" -> rate(count, () -> each(count, () -> store.read(KEY)));
          case "write" -> rate(count, () -> each(count, () -> store.write(KEY, VALUE)));
          case "rmw" -> rate(count, () -> each(count, () -> store.transaction(this::readAndWrite)));
          case "pipe" -> rate(count, () -> readTogether(count));
          case "async" -> rate(count, () -> readAsync(count));
          case "fan" -> rate(count, () -> readFromMany(count));
          case "load" -> rate(count, () -> load(count));
          case "hold" -> rate(count, () -> hold(count));
          case "idle" -> rate(count, () -> each(count, () -> others.add(XenStore.connect())));
          case "watch" -> watch(count);
          case "flatdir" -> flatDirectory(count);
          case "bigtx" -> bigTransaction(count);
          default -> throw new IllegalArgumentException(what + ": no such thing");
        };
  }

  private static void each(int count, Runnable operation) {
    for (int i = 0; i < count; i++) {
      operation.run();
    }
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static String rate(int count, Runnable work) {
    return text("%.0f ops/s", count / seconds(work));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private void readAndWrite(Transaction transaction) {
    transaction.write(KEY, transaction.read(KEY));
  }

  private void readTogether(int count) {
    for (int done = 0; done < count; done += IN_FLIGHT) {
      var unused = store.readAll(window);
    }
  }

  private void readAsync(int count) {
    var places = new Semaphore(IN_FLIGHT);
    for (int i = 0; i < count; i++) {
      places.acquireUninterruptibly();
      var unused = store.readAsync(KEY).whenComplete((value, failure) -> places.release());
    }
    places.acquireUninterruptibly(IN_FLIGHT);
  }

  private void readFromMany(int count) {
    while (fan.size() < FAN) {
      fan.add(XenStore.connect());
    }
    int share = Math.ceilDiv(count, FAN);
    List<CompletableFuture<@Nullable Void>> readers = new ArrayList<>();
    for (XenStore one : fan) {
      readers.add(
          CompletableFuture.runAsync(
              () -> each(share, () -> one.read(KEY)), task -> new Thread(task, "fan").start()));
    }
    readers.forEach(CompletableFuture::join);
  }

  private void load(int count) {
    for (int i = 0; i < count; i++) {
      store.write(path("/load", i), VALUE);
    }
  }

  private static String path(String top, int number) {
    return top + "/d" + number / PER_DIRECTORY + "/n" + number % PER_DIRECTORY;
  }

  private void hold(int count) {
    XenStore watcher = XenStore.connect();
    others.add(watcher);
    Monitor watches = watcher.monitor();
    for (int i = 0; i < count; i++) {
      var unused = watches.watch("/w/" + i);
    }
  }

  /** From a write here to its event at another connection. */
  private String watch(int count) {
    Monitor events = monitor;
    if (events == null) {
      XenStore watcher = XenStore.connect();
      others.add(watcher);
      events = watcher.monitor();
      var unused = events.watch(KEY);
      var first = events.next();
      monitor = events;
    }
    double[] micros = new double[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      store.write(KEY, VALUE);
      var unused = events.next();
      micros[i] = (System.nanoTime() - start) / 1e3;
    }
    Series series = Series.of(micros);
    return text("p50 %.1f p99 %.1f us", series.quantile(0.5), series.quantile(0.99));
  }

  private String flatDirectory(int count) {
    double made =
        seconds(() -> {
          for (int i = 0; i < count; i++) {
            store.write("/flat/n" + i, VALUE);
          }
        });
    long start = System.nanoTime();
    int listed = store.list("/flat").size();
    double list = (System.nanoTime() - start) / 1e6;
    double removed = 1e3 * seconds(() -> store.remove("/flat"));
    return text(
        "make %.0f ops/s list %d in %.2f ms rm %.2f ms", count / made, listed, list, removed);
  }

  private String bigTransaction(int count) {
    try (Transaction transaction = store.begin()) {
      double written =
          seconds(() -> {
            for (int i = 0; i < count; i++) {
              transaction.write(path("/btx", i), VALUE);
            }
          });
      double committed =
          seconds(() -> {
            if (!transaction.commit()) {
              throw new IllegalStateException("a conflict with nobody");
            }
          });
      store.remove("/btx");
      return text(
          "%.0f ops/s commit %.2f ms, both %.0f ops/s",
          count / written, 1e3 * committed, count / (written + committed));
    }
  }

  @Override
  public void close() {
    others.forEach(XenStore::close);
    fan.forEach(XenStore::close);
  }
}

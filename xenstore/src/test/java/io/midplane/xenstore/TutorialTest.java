package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.midplane.xenstore.server.XenStoreServer;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.xs.Xs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code of the tutorial, against the embedded server. */
@Timeout(60)
class TutorialTest {
  @TempDir Path folder;
  private Path socket;
  private XenStoreServer server;

  @BeforeEach
  void startServer() {
    socket = folder.resolve("socket");
    // snippet: server
    server = XenStoreServer.builder().socket(socket).start();
    // end
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void shouldReadAndWrite() {
    // snippet: basics
    try (var store = XenStore.connect(socket)) {
      store.write("/local/domain/0/name", "Ziggy");
      System.out.println(store.readText("/local/domain/0/name")); // Ziggy
    }
    // end

    // snippet: by-hand
    var store = XenStore.connect(socket);
    store.write("/local/domain/0/name", "It works!");
    store.close();
    // end

    try (var other = XenStore.connect(socket)) {
      assertThat(other.readText("/local/domain/0/name")).isEqualTo("It works!");
    }
  }

  @Test
  void shouldNameItsConnection() {
    // snippet: connections
    XenStoreSettings overSocket = XenStoreSettings.defaults().socket(socket);
    XenStoreSettings overDevice = XenStoreSettings.defaults().xenBus(Path.of("/dev/xen/xenbus"));
    try (var store = XenStore.connect(overSocket)) {
      System.out.println(store); // XenStore(UnixSocket(…/socket))
    }
    // end

    assertThat(overDevice.where()).hasToString("XenBus(/dev/xen/xenbus)");
    try (var store = XenStore.connect(overSocket)) {
      assertThat(store).hasToString("XenStore(UnixSocket(" + socket + "))");
    }
  }

  @Test
  void shouldRunTransactions() {
    try (var store = XenStore.connect(socket)) {
      // snippet: transaction
      try (var tx = store.begin()) {
        tx.write("/foo/bar", "baz");
        tx.commit(); // !
      }
      System.out.println(store.readText("/foo/bar")); // baz
      // end

      // snippet: transaction-loop
      boolean success = false;
      while (!success) {
        try (var tx = store.begin()) {
          tx.write("/foo/bar", "baz");
          success = tx.commit();
        }
      }
      // end

      // snippet: transaction-body
      store.transaction(tx -> tx.write("/foo/bar", "baz"));

      int next =
          store.inTransaction(tx -> {
            int count = Integer.parseInt(tx.readText("/foo/count", "0")) + 1;
            tx.write("/foo/count", Integer.toString(count));
            return count;
          });
      // end

      assertThat(next).isEqualTo(1);
      assertThat(store.readText("/foo/bar")).isEqualTo("baz");
    }
  }

  @Test
  void shouldWatch() {
    try (var store = XenStore.connect(socket)) {
      // snippet: events
      try (var monitor = store.monitor()) {
        monitor.watch("/foo/bar", "a unique token");
        System.out.println(monitor.next());
        // WatchEvent[kind=CHANGED, path=/foo/bar, token=a unique token]
      }
      // end

      List<String> seen = new CopyOnWriteArrayList<>();
      // snippet: callback
      var monitor = store.monitor();
      monitor.watch("/foo", event -> seen.add(event.path()));
      // end
      store.write("/foo/bar", "baz");
      await().untilAsserted(() -> assertThat(seen).containsExactly("/foo", "/foo/bar"));
      monitor.close();

      // snippet: await
      var written = store.writeAsync("/foo/state", "connected");
      store.await(
          "/foo/state",
          value -> value.isPresent() && "connected".equals(text(value.get())),
          Duration.ofSeconds(10));
      // end
    }
  }

  @Test
  void shouldRunTheScreenOfTheReadme() {
    // snippet: readme
    try (var store = XenStore.connect(socket);
        var monitor = store.monitor()) {
      monitor.watch("/vm", event -> System.out.println("changed: " + event.path()));
      // Runs again if somebody else changed meanwhile what it read.
      int count =
          store.inTransaction(tx -> {
            int next = Integer.parseInt(tx.readText("/vm/count", "0")) + 1;
            tx.write("/vm/count", Integer.toString(next));
            tx.write("/vm/" + next + "/name", "Ziggy");
            return next;
          });
      System.out.println(store.readText("/vm/" + count + "/name")); // Ziggy
    }
    // end

    try (var other = XenStore.connect(socket)) {
      assertThat(other.readText("/vm/count")).isEqualTo("1");
      assertThat(other.readText("/vm/1/name")).isEqualTo("Ziggy");
    }
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  @Test
  void shouldNameDomains() {
    try (var store = XenStore.connect(socket)) {
      List<DomainEvent> seen = new CopyOnWriteArrayList<>();
      // snippet: domains
      var domains = store.domains().watch(event -> seen.add(event));
      // end
      var five = new DomainId(5);
      store.mkdir(five.home());
      server.introduceAsync(five).toCompletableFuture().join();

      await().untilAsserted(() -> assertThat(seen).contains(new DomainEvent.Introduced(five)));
      domains.close();
    }
  }

  @Test
  void shouldOfferTheCompatibleHandle() {
    try (var store = XenStore.connect(socket)) {
      store.write("/local/domain/0/name", "Domain-0");
    }
    // snippet: compat
    var handle = new Xs(XenStore.connect(socket));
    byte[] name = handle.read("0", "/local/domain/0/name");
    handle.close();
    // end

    assertThat(name).asString().isEqualTo("Domain-0");
  }
}

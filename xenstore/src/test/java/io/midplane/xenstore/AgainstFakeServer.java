package io.midplane.xenstore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client and a server that the test plays by hand. */
@Timeout(60)
abstract class AgainstFakeServer {
  @TempDir Path folder;
  FakeServer server;
  XenStore store;
  FakeServer.Link link;

  @BeforeEach
  void connect() throws Exception {
    server = new FakeServer(folder);
    store = XenStore.connect(settings().socket(server.socket));
    link = server.accept();
  }

  XenStoreSettings settings() {
    return XenStoreSettings.defaults()
        .timeout(Duration.ofSeconds(30))
        .closeTimeout(Duration.ofMillis(50));
  }

  @AfterEach
  void disconnect() throws Exception {
    store.close();
    link.close();
    server.close();
  }

  /** Runs a call that waits on a thread of its own. */
  static <T> CompletableFuture<T> calling(Supplier<T> call) {
    return CompletableFuture.supplyAsync(call, task -> Thread.ofPlatform().start(task));
  }
}

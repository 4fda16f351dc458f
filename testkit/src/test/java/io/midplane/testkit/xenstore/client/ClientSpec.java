package io.midplane.testkit.xenstore.client;

import io.midplane.testkit.xenstore.XenStoreKind;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.XenStoreSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the client does against every server: each test runs against the real daemons and ours. */
@ParameterizedClass(name = "{0}")
@EnumSource(XenStoreKind.class)
@Tag("peer")
@Timeout(120)
abstract class ClientSpec {
  @Parameter XenStoreKind kind;
  @TempDir Path folder;

  ServerAtHand server;
  XenStore store;

  @BeforeEach
  void start() {
    server = ServerAtHand.start(kind, folder);
    store = connect();
  }

  XenStore connect() {
    return XenStore.connect(settings());
  }

  XenStoreSettings settings() {
    return XenStoreSettings.defaults().socket(server.socket());
  }

  @AfterEach
  void stop() {
    if (store != null) {
      store.close();
    }
    if (server != null) {
      server.close();
    }
  }
}

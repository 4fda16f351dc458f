package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.midplane.xenstore.wire.MessageType;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * A stream of bytes to the whole server. {@code JAZZER_FUZZ=1} with {@code -Dtest=ServerFuzzTest}
 * searches for one that stops it; without, what was found before runs.
 */
@Tag("fuzz")
class ServerFuzzTest {
  private static XenStoreServer server;
  private static Client other;

  @BeforeAll
  static void start() {
    server = XenStoreServer.start();
    other = Client.of(server);
  }

  @AfterAll
  static void stop() {
    other.close();
    server.close();
  }

  @FuzzTest(maxDuration = "5m")
  @DisplayName("XS41: whatever bytes come, the others are served")
  void shouldServeTheOthers(byte[] input) {
    try (Client wild = Client.of(server)) {
      wild.send(input);
    } catch (UncheckedIOException closedByTheServer) {
      assertThat(closedByTheServer).hasMessageNotContaining("timed out");
    }

    assertThat(other.ask(MessageType.CONTROL, "check|")).isEqualTo("OK|");
  }
}

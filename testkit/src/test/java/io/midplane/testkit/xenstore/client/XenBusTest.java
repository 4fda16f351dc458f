package io.midplane.testkit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.testkit.xenstore.XenStorePeers;
import io.midplane.xenstore.Monitor;
import io.midplane.xenstore.XenStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("XC16: through a device, for which a terminal stands in")
class XenBusTest extends ClientSpec {
  private Process terminal;
  private Path device;
  private XenStore bus;

  @BeforeEach
  void openTheDevice() throws IOException {
    terminal =
        new ProcessBuilder(
                XenStorePeers.python().toString(),
                XenStorePeers.required().script("ptyserve.py").toString(),
                server.socket().toString(),
                "1")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader paths = terminal.inputReader();
    device = Path.of(paths.readLine());
    bus = XenStore.connect(device);
  }

  @AfterEach
  void closeTheDevice() {
    bus.close();
    await()
        .untilAsserted(() ->
            assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("xenbus")));
    terminal.destroy();
  }

  @Test
  @DisplayName("XC16: reads, writes, lists and transactions; XC14: its text form")
  void shouldServe() {
    assertThat(bus).hasToString("XenStore(XenBus(" + device + "))");
    bus.write("/a/b", "v");
    assertThat(bus.readText("/a/b")).isEqualTo("v");
    assertThat(store.readText("/a/b")).isEqualTo("v");
    assertThat(bus.list("/a")).containsExactly("b");
    bus.transaction(tx -> tx.write("/a/b", tx.readText("/a/b") + "w"));
    assertThat(bus.readText("/a/b")).isEqualTo("vw");
  }

  @Test
  @DisplayName("XC16: a thread that waits for events does not hold up writes")
  void shouldReadAndWriteAtOnce() {
    Monitor monitor = bus.monitor();
    monitor.watch("/w");
    assertThat(monitor.next().path()).isEqualTo("/w");
    for (int i = 0; i < 50; i++) {
      store.write("/w/" + i, "v");
      assertThat(monitor.next(Duration.ofSeconds(30)).orElseThrow().path()).isEqualTo("/w/" + i);
      bus.write("/other", "v" + i);
    }
    monitor.close();
  }

  @Test
  @DisplayName("XC4: a payload over 4080 bytes is refused, the connection lives on")
  void shouldRefuseWhatIsTooLong() {
    assertThatThrownBy(() -> bus.write("/a", new byte[4078]))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED))
        .hasMessageContaining("at most 4080");
    bus.write("/a", new byte[2000]);
    assertThat(bus.read("/a")).hasSize(2000);
  }
}

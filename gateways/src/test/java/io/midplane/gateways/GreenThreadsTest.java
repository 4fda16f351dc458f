package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.midplane.gateways.worker.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The execution models of green threads: an installed execnet's, where its library is there. */
@Tag("peer")
class GreenThreadsTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final Path PACKAGES = Path.of("/usr/lib/python3/dist-packages");
  private static final Duration LONG = Duration.ofSeconds(20);
  private final List<String> printed = new CopyOnWriteArrayList<>();
  private final Group group =
      Group.open(Groups.settings().withOutput((id, line) -> printed.add(line)));

  @AfterEach
  void close() {
    group.close();
  }

  private static void require(String library) {
    if (System.getenv("CI") == null) {
      for (String each : List.of("execnet", library)) {
        Assumptions.assumeTrue(
            Files.exists(PACKAGES.resolve(each)), "python3-" + each + " is not installed");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gevent", "eventlet"})
  @DisplayName("G38 tasks of a Python worker as green threads: one waits, another goes on")
  void shouldRunTasksAsGreenThreads(String model) {
    require(model);
    Gateway gateway = group.makeGateway("popen//python=" + PYTHON + "//execmodel=" + model);
    String source =
        """
        print("printed", channel.id)
        channel.send(channel.gateway.execmodel.backend)
        for item in channel:
            channel.send(item * 2)
        """;

    Channel waits = gateway.remoteExec(source);
    Channel goesOn = gateway.remoteExec(source);

    assertThat(goesOn.receive(LONG)).isEqualTo(model);
    goesOn.send(21);
    assertThat(goesOn.receive(LONG)).isEqualTo(42);
    assertThat(waits.receive(LONG)).isEqualTo(model);
    waits.send("ab");
    assertThat(waits.receive(LONG)).isEqualTo("abab");
    waits.closeOutput();
    goesOn.closeOutput();
    await().atMost(LONG).until(() -> printed.containsAll(List.of("printed 1", "printed 3")));
  }

  @Test
  @DisplayName("G38 where they are missing, the error names what is expected")
  void shouldSayWhatIsMissing() {
    require("execnet");

    assertThatExceptionOfType(WorkerDiedException.class)
        .isThrownBy(() -> group.makeGateway("popen//python=" + PYTHON + " -S//execmodel=gevent"))
        .withMessageContaining("execmodel gevent: No module named")
        .withMessageContaining("(expected: execnet and gevent installed)");
    assertThat(group).isEmpty();
  }
}

package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Wait;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.Row;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of an agent that goes wrong, or is slow to save. */
@Timeout(60)
class TroubleTest {
  private final TroubleAgent agent = new TroubleAgent();
  private NodeUnderTest node;
  private Cli cli;

  @BeforeEach
  void start(@TempDir Path folder) {
    node = new NodeUnderTest(folder, agent, "trouble");
    cli = Cli.at(node.socket());
  }

  @AfterEach
  void stop() {
    agent.release();
    node.close();
  }

  @Test
  void shouldTellAClientOfADeadlockWithItsLevelAndCycle() {
    try (var client = MidplaneClient.connect(node.socket())) {
      var refused =
          catchThrowableOfType(
              DeadlockDetectedException.class,
              () -> client.configuration().op("caller", "deadlock", Row.empty()));

      assertThat(refused.level()).isEqualTo(DeadlockLevel.L1);
      assertThat(refused.cycle())
          .extracting(Wait::waiter, Wait::callee, Wait::operation)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("trouble", "trouble", "get caller x"));
      assertThat(refused).hasMessageContaining("getAsync()");
    }
  }

  @Test
  @DisplayName("B15: status and list are answered while a save runs, a further save is refused")
  void shouldAnswerStatusDuringASave() throws Exception {
    cli.run("cm", "set", "trouble", "name=quick");
    cli.run("config", "save", "before");
    cli.run("cm", "set", "trouble", "name=slow");
    var save = CompletableFuture.supplyAsync(() -> cli.run("config", "save", "held"));

    await()
        .untilAsserted(() -> {
          var set = cli.run("cm", "set", "trouble", "name=other");
          assertThat(set.status()).isEqualTo(1);
          assertThat(set.err())
              .isEqualTo("midplane: trouble: a save is running; try again when it is over\n");
        });
    var status = cli.run("node", "status", "--json");
    var list = cli.run("config", "list", "--json");
    var further = cli.run("config", "save", "further");
    var use = cli.run("config", "use", "before");

    assertThat(status.out()).contains("\"dirty\":true,\"selected\":\"before\"");
    assertThat(list.lines()).hasSize(1).first().asString().contains("\"name\":\"before\"");
    assertThat(further.status()).isEqualTo(1);
    assertThat(further.err()).contains("while another change runs (save configuration held)");
    assertThat(use.status()).isEqualTo(1);
    try (var client = MidplaneClient.connect(node.socket())) {
      var busy =
          catchThrowableOfType(MidplaneException.class, () -> client.configuration().save("x"));
      assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
    }
    assertThat(save).isNotDone();
    agent.release();
    assertThat(save.get().status()).isZero();
    assertThat(cli.run("node", "status", "--json").out())
        .contains("\"dirty\":false,\"selected\":\"held\"");
  }
}

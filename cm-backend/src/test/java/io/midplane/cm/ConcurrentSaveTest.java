package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static io.midplane.cm.VlanAgent.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.calls.Category;
import io.midplane.calls.ErrorCode;
import io.midplane.protocol.SavedConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What else can be asked while a save runs; here one that an agent holds up. */
@Timeout(60)
class ConcurrentSaveTest {

  @TempDir private Path data;
  private final CountDownLatch saving = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final VlanAgent agent = new VlanAgent().with("a", 1);
  private Midplane midplane;
  private Configuration config;
  private CompletableFuture<SavedConfiguration> save;

  @BeforeEach
  void beginASaveThatDoesNotEnd() throws Exception {
    midplane = Midplane.start(MidplaneSettings.defaults().dataDirectory(data));
    config = Configuration.of(midplane);
    agent.options = table -> table.persistent().async().parallelGets();
    midplane.spawn(agent, "vlan");
    config.save("before");
    config.set("vlan", row("b", 2));
    agent.onAction =
        (method, context) -> {
          if (context.isSave()) {
            saving.countDown();
            goOn.await();
          }
        };
    save = config.saveAsync("held").toCompletableFuture();
    saving.await();
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    midplane.close();
    assertThat(midplane.graph().openCalls()).isEmpty();
  }

  @Test
  @DisplayName("B15: what only reads does not wait behind a save")
  void shouldAnswerReadsDuringASave() throws Exception {
    assertThat(config.selected()).contains("before");
    assertThat(config.selectedAsync().toCompletableFuture().get()).contains("before");
    assertThat(config.list()).extracting(SavedConfiguration::name).containsExactly("before");
    assertThat(config.show("before")).hasSize(1);
    assertThat(config.show()).hasSize(2);
    assertThat(config.diff("before", null)).hasSize(1);
    assertThat(save).isNotDone();
    goOn.countDown();

    assertThat(save.get().name()).isEqualTo("held");
    assertThat(config.selected()).contains("held");
  }

  @Test
  @DisplayName("B15: a further save, and a use, are refused with a retryable error")
  void shouldRefuseAFurtherSaveDuringASave() throws Exception {
    var refused = assertRefused(ErrorCode.BUSY, () -> config.save("other"));

    assertThat(refused)
        .hasMessage(
            "save configuration other: refused while another change runs (save configuration held);"
                + " try again when it is over");
    assertThat(refused.category()).isEqualTo(Category.RETRYABLE);
    assertRefused(ErrorCode.BUSY, () -> config.save());
    assertRefused(ErrorCode.BUSY, () -> config.use("before"));
    goOn.countDown();
    assertThat(save.get().name()).isEqualTo("held");

    assertThat(config.save("other").name()).isEqualTo("other");
    assertThat(config.use("before").selected()).isTrue();
    assertThat(Files.exists(data.resolve("config/held.cfg"))).isTrue();
  }

  @Test
  @DisplayName("B15: after a save that failed the next one is taken")
  void shouldTakeTheNextSaveAfterOneThatFailed() throws Exception {
    agent.onAction =
        (method, context) -> {
          throw context.raiseError("the hardware does not answer");
        };
    goOn.countDown();
    Optional<Throwable> failure = save.handle((done, thrown) -> Optional.ofNullable(thrown)).get();

    assertThat(failure).isPresent();
    agent.onAction = (method, context) -> {};
    assertThat(config.save("other").name()).isEqualTo("other");
  }
}

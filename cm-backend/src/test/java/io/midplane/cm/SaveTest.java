package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static io.midplane.cm.VlanAgent.full;
import static io.midplane.cm.VlanAgent.key;
import static io.midplane.cm.VlanAgent.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.calls.Category;
import io.midplane.calls.ErrorCode;
import io.midplane.protocol.Row;
import io.midplane.protocol.SavedConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Saving, selecting, showing and comparing configurations. */
@Timeout(120)
class SaveTest {

  @TempDir private Path data;
  private final VlanAgent agent = new VlanAgent();
  private Midplane midplane;
  private Configuration config;

  @BeforeEach
  void start() {
    midplane = Midplane.start(MidplaneSettings.defaults().dataDirectory(data));
    config = Configuration.of(midplane);
  }

  @AfterEach
  void stop() {
    midplane.close();
    assertThat(midplane.graph().openCalls()).isEmpty();
  }

  private void spawn() {
    midplane.spawn(agent, "vlan");
  }

  @Test
  @DisplayName("B6: save_start, getnext over all rows with isSave, save_complete")
  void shouldReadTheTablesBetweenTheTwoEvents() {
    agent.with("b", 2).with("a", 1);
    spawn();

    config.save("primary");

    assertThat(agent.seen)
        .containsExactly(
            "generate_default", "save_start", "next save", "next a save", "save_complete");
  }

  @Test
  @DisplayName("B6: save_complete also after an error, which the caller gets")
  void shouldCompleteASaveThatFailed() {
    VlanAgent other = new VlanAgent(VlanAgent.table("other"));
    agent.with("a", 1).onAction =
        (method, context) -> {
          if (context.isSave()) {
            throw context.raiseError("the hardware does not answer");
          }
        };
    midplane.spawn(other, "other");
    spawn();
    config.set("vlan", row("b", 2));

    assertRefused(
        ErrorCode.AGENT_REFUSED, "the hardware does not answer", () -> config.save("primary"));

    assertThat(agent.seen).endsWith("save_start", "next save", "save_complete");
    assertThat(other.seen).endsWith("save_start", "next save", "save_complete");
    assertThat(config.list()).isEmpty();
    assertThat(config.selected()).isEmpty();
    assertThat(config.dirty()).isTrue();
    config.set("vlan", row("c", 3));
  }

  @Test
  @DisplayName("B7: tables that are not persistent are absent from the file")
  void shouldNotSaveWhatIsNotPersistent() throws Exception {
    Table<VlanAgent.Vlan> volatiles = VlanAgent.table("volatile");
    agent.with("a", 1).declaration = cm -> cm.table(volatiles, new MemoryTable<>(volatiles));
    spawn();
    config.set("volatile", row("secret", 1));

    config.save("primary");

    assertThat(Files.readString(data.resolve("config/primary.cfg")))
        .contains("vlan name=\"a\" id=1 ports=[] description=\"\"\n")
        .doesNotContain("volatile")
        .doesNotContain("secret");
  }

  @Test
  @DisplayName("B13: a set during load leaves the dirty bit off")
  void shouldNotBeDirtyAfterALoad() {
    agent.with("a", 1);
    spawn();
    config.save("primary");
    midplane.close();
    start();
    VlanAgent loaded = new VlanAgent();
    loaded.onAction = (method, context) -> context.dirty(true);

    midplane.spawn(loaded, "vlan");

    assertThat(loaded.seenWithoutReads()).contains("set a load");
    assertThat(config.dirty()).isFalse();
  }

  @Test
  @DisplayName("B14: a save clears the dirty bit, selects the file and tells both")
  void shouldClearTheDirtyBitAndSelectTheFile() {
    spawn();
    try (var events = midplane.events().stream(EventId.of("config"))) {
      config.set("vlan", row("a", 1));
      config.as("admin").save("first");
      config.set("vlan", row("b", 2));
      config.set("vlan", row("c", 3));
      config.save("second");

      assertThat(List.of(events.next(), events.next(), events.next(), events.next()))
          .extracting(event -> event.id() + " " + event.data())
          .containsExactly(
              "config.dirty {dirty=true}",
              "config.dirty {dirty=false}",
              "config.saved {name=first, user=admin}",
              "config.dirty {dirty=true}");
    }
    assertThat(config.dirty()).isFalse();
    assertThat(config.selected()).contains("second");
    assertThat(config.list())
        .extracting(SavedConfiguration::name, SavedConfiguration::selected)
        .containsExactly(tuple("first", false), tuple("second", true));
  }

  @Test
  @DisplayName("B14: what becomes dirty while a save reads stays dirty")
  void shouldStayDirtyWhenSomethingChangedDuringTheSave() {
    agent.with("a", 1).onAction =
        (method, context) -> {
          if (context.isSave()) {
            config.getAsync("vlan", "a");
            context.dirty(true);
          }
        };
    spawn();

    config.save("primary");

    assertThat(config.dirty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("B15: while a save runs sets are refused with a retryable error, gets go on")
  void shouldRefuseSetsDuringASave(boolean inEvent) throws Exception {
    CountDownLatch saving = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    VlanAgent other = new VlanAgent(VlanAgent.table("other")).with("x", 9);
    midplane.spawn(other, "other");
    agent.with("a", 1).options = table -> table.persistent().parallelGets().async();
    agent.declaration = Declaration::asyncEvents;
    if (inEvent) {
      agent.onEvent = (event, context) -> hold(event.equals("save_start"), saving, goOn);
    } else {
      agent.onAction = (method, context) -> hold(context.isSave(), saving, goOn);
    }
    spawn();

    var save = config.saveAsync("primary").toCompletableFuture();
    saving.await();
    var refused = assertRefused(ErrorCode.BUSY, () -> config.set("vlan", row("b", 2)));
    assertThat(refused).hasMessage("vlan: a save is running; try again when it is over");
    assertThat(refused.category()).isEqualTo(Category.RETRYABLE);
    assertRefused(ErrorCode.BUSY, () -> config.op("vlan", "delete", key("a")));
    assertRefused(ErrorCode.BUSY, () -> config.set("other", row("y", 8)));
    assertThat(config.get("other", "x")).isEqualTo(full("x", 9));
    if (!inEvent) {
      assertThat(config.get("vlan", "a")).isEqualTo(full("a", 1));
    }
    goOn.countDown();

    assertThat(save.get().name()).isEqualTo("primary");
    config.set("vlan", row("b", 2));
    config.set("other", row("y", 8));
  }

  private static void hold(boolean here, CountDownLatch saving, CountDownLatch goOn)
      throws InterruptedException {
    if (here) {
      saving.countDown();
      goOn.await();
    }
  }

  @Test
  @DisplayName("B15: a set that is queued when the save begins is refused when its turn comes")
  void shouldRefuseAQueuedSetOnceTheSaveHasBegun() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    agent.with("a", 1).options = table -> table.persistent().async();
    agent.onAction = (method, context) -> hold(context.isGetOne(), inside, goOn);
    spawn();

    var get = config.getAsync("vlan", "a").toCompletableFuture();
    inside.await();
    var set = config.setAsync("vlan", row("b", 2)).toCompletableFuture();
    var save = config.saveAsync("primary").toCompletableFuture();
    // Refused at once as soon as the save has begun; so the queued one is behind that point, too.
    await().until(() -> isBusy(config.setAsync("vlan", row("c", 3)).toCompletableFuture()));
    goOn.countDown();

    assertThat(get.get()).isEqualTo(full("a", 1));
    assertThat(save.get().name()).isEqualTo("primary");
    assertThat(set.handle((row, e) -> String.valueOf(e)).get())
        .contains("vlan: a save is running; try again when it is over");
  }

  /** Whether the set was refused; one that is still queued is given up. */
  private static boolean isBusy(CompletableFuture<Row> set) {
    try {
      var outcome = set.handle((row, e) -> String.valueOf(e)).get(50, TimeUnit.MILLISECONDS);
      return outcome.contains("a save is running");
    } catch (TimeoutException queued) {
      set.cancel(false);
      return false;
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  @DisplayName("B6: both events of a save whose start was given up before its turn")
  void shouldEndASaveWhoseStartTimedOut() throws Exception {
    midplane.close();
    midplane =
        Midplane.start(
            MidplaneSettings.defaults().dataDirectory(data).callTimeout(Duration.ofMillis(500)));
    config = Configuration.of(midplane);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    agent.with("a", 1).options = table -> table.persistent().async();
    agent.onAction = (method, context) -> hold(context.isGetOne(), inside, goOn);
    spawn();
    Configuration patient = config.timeout(Duration.ofMinutes(1));

    var get = patient.getAsync("vlan", "a").toCompletableFuture();
    inside.await();
    assertRefused(ErrorCode.TIMED_OUT, () -> patient.save("primary"));
    goOn.countDown();

    assertThat(get.get()).isEqualTo(full("a", 1));
    await().until(() -> agent.seen.contains("save_complete"));
    assertThat(agent.seenWithoutReads())
        .containsExactly("generate_default", "save_start", "save_complete");
    patient.set("vlan", row("b", 2));
    assertThat(patient.save("primary").name()).isEqualTo("primary");
  }

  @Test
  @DisplayName("B14: an agent that begins to serve during a save keeps the bit on")
  void shouldStayDirtyWhenAnAgentBeganToServeDuringTheSave() {
    VlanAgent other = new VlanAgent(VlanAgent.table("other"));
    agent.declaration = Declaration::asyncEvents;
    agent.onEvent =
        (event, context) -> {
          if (event.equals("save_start")) {
            midplane.spawn(other, "other");
            config.set("other", row("x", 9));
          }
        };
    spawn();

    config.save("primary");

    assertThat(config.show("primary")).isEmpty();
    assertThat(config.dirty()).isTrue();
  }

  @Test
  void shouldOrderStackedDiamondsOfDependencies() {
    for (int layer = 0; layer < 40; layer++) {
      for (String side : List.of("a", "b")) {
        VlanAgent node = new VlanAgent(VlanAgent.table("t" + side + layer));
        if (layer > 0) {
          String[] below = {"a" + (layer - 1), "b" + (layer - 1)};
          node.declaration = cm -> cm.configDeps(below);
        }
        midplane.spawn(node, side + layer);
      }
    }

    assertThat(config.show()).isEmpty();
  }

  @Test
  void shouldSaveUnderTheSelectedNameOrTheDefaultOne() {
    spawn();

    assertThat(config.save().name()).isEqualTo("primary");
    config.save("other");
    assertThat(config.save().name()).isEqualTo("other");
    config.use("primary");
    assertThat(config.saveAsync(null).toCompletableFuture().join().name()).isEqualTo("primary");
  }

  @Test
  void shouldSelectAnother() {
    spawn();
    config.set("vlan", row("a", 1));
    config.save("one");
    config.set("vlan", row("b", 2));
    config.save("two");

    assertThat(config.use("one").selected()).isTrue();
    midplane.close();
    start();
    midplane.spawn(new VlanAgent(), "vlan");

    assertThat(config.walk("vlan")).containsExactly(full("a", 1));
    assertRefused(
        ErrorCode.NOT_FOUND,
        "configuration three: not saved (expected: one, two); its file would be "
            + data.resolve("config/three.cfg"),
        () -> config.use("three"));
    assertThat(config.selected()).contains("one");
  }

  @Test
  @DisplayName("S3: use checks the whole file before it selects it")
  void shouldKeepTheSelectionWhenTheOtherIsDamaged() throws Exception {
    spawn();
    config.save("one");
    config.save("two");
    config.use("one");
    Path file = data.resolve("config/two.cfg");
    Files.writeString(file, Files.readString(file).replace("agent vlan", "agent vlam"));

    assertThat(assertRefused(ErrorCode.DAMAGED, () -> config.use("two")))
        .hasMessageStartingWith("configuration two: line 5: checksum ");
    assertThat(config.selected()).contains("one");
  }

  @Test
  @DisplayName("S4: rows of agents that are not serving are kept")
  void shouldKeepTheRowsOfAgentsThatAreNotThere() {
    VlanAgent other = new VlanAgent(VlanAgent.table("other")).with("x", 9);
    midplane.spawn(other, "other");
    agent.with("a", 1);
    spawn();
    config.save("primary");
    midplane.agent("other").orElseThrow().stop();
    config.set("vlan", row("b", 2));

    config.save("primary");
    midplane.close();
    start();
    midplane.spawn(new VlanAgent(), "vlan");
    midplane.spawn(new VlanAgent(VlanAgent.table("other")), "other");

    assertThat(config.walk("other")).containsExactly(full("x", 9));
    assertThat(config.walk("vlan")).containsExactly(full("a", 1), full("b", 2));
  }

  @Test
  @DisplayName("S4: a save that cannot keep them is refused")
  void shouldRefuseToSaveOverWhatCannotBeKept() throws Exception {
    agent.with("a", 1);
    spawn();
    config.save("primary");
    Path file = data.resolve("config/primary.cfg");
    Files.writeString(file, Files.readString(file).replace("name=", "nome="));
    String damaged = Files.readString(file);

    assertThat(assertRefused(ErrorCode.DAMAGED, () -> config.save("primary")))
        .hasMessageStartingWith("configuration primary: line 5: no key column name; ");
    assertThat(Files.readString(file)).isEqualTo(damaged);
    assertThat(agent.seen).containsOnlyOnce("save_start");
    Files.delete(file);
    config.save("primary");
    assertThat(config.show("primary")).hasSize(1);
  }

  @Test
  void shouldShowOneRowALine() {
    agent.with("b", 2).with("a", 1);
    spawn();
    config.save("primary");
    config.op("vlan", "delete", key("b"));

    assertThat(config.show()).containsExactly("vlan name=\"a\" id=1 ports=[] description=\"\"");
    assertThat(config.show("primary"))
        .containsExactly(
            "vlan name=\"a\" id=1 ports=[] description=\"\"",
            "vlan name=\"b\" id=2 ports=[] description=\"\"");
    assertThat(config.showAsync(null).toCompletableFuture().join()).isEqualTo(config.show());
  }

  @Test
  void shouldCompareRowByRow() {
    agent.with("a", 1).with("b", 2).with("c", 3);
    spawn();
    config.save("primary");
    config.op("vlan", "delete", key("a"));
    config.set("vlan", row("b", 20));
    config.set("vlan", row("d", 4));

    assertThat(config.diff("primary", null))
        .containsExactly(
            "- vlan name=\"a\" id=1 ports=[] description=\"\"",
            "- vlan name=\"b\" id=2 ports=[] description=\"\"",
            "+ vlan name=\"b\" id=20 ports=[] description=\"\"",
            "+ vlan name=\"d\" id=4 ports=[] description=\"\"");
    assertThat(config.diff(null, null)).isEmpty();
    assertThat(config.diff("primary", "primary")).isEmpty();
  }

  @Test
  void shouldSaveEqualConfigurationsAsEqualText() throws Exception {
    VlanAgent other = new VlanAgent(VlanAgent.table("other")).with("x", 9);
    agent.with("b", 2).with("a", 1).declaration = cm -> cm.configDeps("other");
    midplane.spawn(other, "other");
    spawn();
    config.save("one");
    config.op("vlan", "delete", key("a"));
    config.set("vlan", row("a", 1));
    config.save("two");

    assertThat(rows("one")).isEqualTo(rows("two"));
    assertThat(rows("one"))
        .startsWith("# table other agent other version 1 key name\n")
        .contains("# table vlan agent vlan version 1 key name\n");
  }

  /** The text without its first three lines, which have the time, and its last, the checksum. */
  private String rows(String name) throws Exception {
    List<String> lines = Files.readAllLines(data.resolve("config/" + name + ".cfg"));
    return String.join("\n", lines.subList(3, lines.size() - 1)) + "\n";
  }

  @Test
  @DisplayName("S6: a runtime without data directory refuses to save")
  void shouldRefuseToSaveWithoutADataDirectory() {
    try (Midplane memory = Midplane.start()) {
      Configuration kept = Configuration.of(memory);
      memory.spawn(agent, "vlan");
      kept.set("vlan", row("a", 1));

      assertRefused(
          ErrorCode.UNSUPPORTED,
          "saved configurations: this runtime keeps nothing; start it with a data directory"
              + " (midplane.data-directory)",
          () -> kept.save("primary"));
      assertThat(kept.list()).isEmpty();
      assertThat(kept.selected()).isEmpty();
      assertThat(kept.dirty()).isTrue();
      assertThat(kept.show()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../etc", "a.b", "7", "aaaaaaaaaabbbbbbbbbbccccccccccdd"})
  void shouldRefuseANameThatBreaksTheRule(String name) {
    spawn();

    for (var call :
        List.<ThrowingCallable>of(
            () -> config.save(name), () -> config.use(name), () -> config.show(name))) {
      assertRefused(
          ErrorCode.INVALID_ARGUMENT,
          "configuration name: '"
              + name
              + "' (expected: a letter, then at most 30 letters, digits or '_')",
          call);
    }
  }

  @Test
  void shouldMakeFolderAndFilesPrivate() throws Exception {
    spawn();
    config.save("primary");

    assertThat(Files.getPosixFilePermissions(data.resolve("config")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(data.resolve("config/primary.cfg")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (var files = Files.list(data.resolve("config"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("primary.cfg", "selected");
    }
  }
}

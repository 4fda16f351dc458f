package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static io.midplane.cm.VlanAgent.full;
import static io.midplane.cm.VlanAgent.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.midplane.actors.AgentContext;
import io.midplane.actors.AgentHandle;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.actors.ProcessState;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How an agent gets its configuration, and who waits for whom meanwhile. */
@Timeout(120)
class LoadTest {

  @TempDir private Path data;
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
  }

  private void restart() {
    midplane.close();
    start();
  }

  /** Saves these VLANs as configuration {@code saved} and restarts. */
  private void save(VlanAgent agent) {
    midplane.spawn(agent, agent.table.name());
    config.save("saved");
    restart();
  }

  @Test
  void shouldNotLeaveAnInterruptOnTheThreadOfAnActor() {
    save(new VlanAgent().with("a", 1).with("b", 2));
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    VlanAgent loaded = new VlanAgent();
    loaded.onAction =
        (method, context) -> {
          if (method.equals("set")) {
            interrupted.add(Thread.interrupted());
            throw new InterruptedException("an agent's own");
          }
        };

    midplane.spawn(loaded, "vlan");

    assertThat(interrupted).containsExactly(false, false);
  }

  @Test
  @DisplayName("B1: a second init of the same start is refused")
  void shouldRefuseASecondInit() {
    AtomicReference<Throwable> second = new AtomicReference<>();
    VlanAgent agent =
        new VlanAgent() {
          @Override
          public void start(AgentContext context) throws Exception {
            super.start(context);
            try {
              CmBackend.init(context, this);
            } catch (MidplaneException refused) {
              second.set(refused);
            }
          }
        };

    midplane.spawn(agent, "vlan");

    assertThat(second.get())
        .hasMessage(
            "agent vlan: registered with the configuration already, as vlan; init once per start");
    config.set("vlan", row("blue", 7));
    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
  }

  @Test
  @DisplayName("B1: one agent cannot be two processes")
  void shouldRefuseTheSameAgentUnderAnotherName() {
    VlanAgent agent = new VlanAgent();
    midplane.spawn(agent, "vlan");

    assertRefused(
        ErrorCode.ALREADY_EXISTS,
        "agent vlan2: registered with the configuration already, as vlan; init once per start",
        () -> midplane.spawn(agent, "vlan2"));
  }

  @Test
  void shouldRefuseATwiceOwnedTable() {
    midplane.spawn(new VlanAgent(), "vlan");

    assertRefused(
        ErrorCode.ALREADY_EXISTS,
        "table vlan: agent vlan owns one of that name, agent vlan2 cannot; rename it or stop the"
            + " other",
        () -> midplane.spawn(new VlanAgent(), "vlan2"));

    assertThat(midplane.agent("vlan2")).isEmpty();
    config.set("vlan", row("blue", 7));
  }

  @Test
  void shouldRefuseATableDeclaredTwice() {
    VlanAgent agent = new VlanAgent();
    agent.declaration = cm -> cm.table(agent.table, agent.vlans);

    assertRefused(
        ErrorCode.ALREADY_EXISTS,
        "table vlan: declared twice",
        () -> midplane.spawn(agent, "vlan"));
  }

  @Test
  @DisplayName("B2: nothing saved: generate_default alone")
  void shouldGenerateTheDefaultWhenNothingIsSaved() {
    VlanAgent agent = new VlanAgent();

    midplane.spawn(agent, "vlan");

    assertThat(agent.seen).containsExactly("generate_default");
  }

  @Test
  @DisplayName("B2: a saved configuration without this agent's tables: generate_default alone")
  void shouldGenerateTheDefaultWhenOnlyOthersAreSaved() {
    save(new VlanAgent(VlanAgent.table("other")).with("blue", 7));
    VlanAgent agent = new VlanAgent();

    midplane.spawn(agent, "vlan");

    assertThat(agent.seen).containsExactly("generate_default");
  }

  @Test
  @DisplayName("B2: an agent without persistent tables: generate_default alone")
  void shouldGenerateTheDefaultOfAnAgentThatSavesNothing() {
    save(new VlanAgent().with("blue", 7));
    VlanAgent agent = new VlanAgent();
    agent.options = table -> {};

    midplane.spawn(agent, "vlan");

    assertThat(agent.seen).containsExactly("generate_default");
    assertThat(config.walk("vlan")).isEmpty();
  }

  @Test
  @DisplayName("B2: a table saved without rows is loaded without rows, not made anew")
  void shouldLoadATableThatWasSavedEmpty() {
    save(new VlanAgent());
    VlanAgent agent = new VlanAgent();

    midplane.spawn(agent, "vlan");

    assertThat(agent.seen).containsExactly("load_start", "load_complete");
  }

  @Test
  @DisplayName("B3: load_start, each row with isLoad in saved order, load_complete")
  void shouldLoadTheRowsBetweenTheTwoEvents() {
    save(new VlanAgent().with("c", 3).with("a", 1).with("b", 2));
    VlanAgent agent = new VlanAgent();

    midplane.spawn(agent, "vlan");

    assertThat(agent.seenWithoutReads())
        .containsExactly("load_start", "set a load", "set b load", "set c load", "load_complete");
    assertThat(config.dirty()).isFalse();
  }

  @Test
  @DisplayName(
      "B3: tables are loaded in the order in which they were saved, which is that of their"
          + " declaration")
  void shouldLoadTablesInTheOrderOfTheirDeclaration() {
    VlanAgent first = twoTables();
    first.vlans.put(new VlanAgent.Vlan("x", 1, List.of(), ""));
    midplane.spawn(first, "vlan");
    config.set("after", row("y", 2));
    config.save("saved");
    restart();
    VlanAgent agent = twoTables();
    List<String> order = Collections.synchronizedList(new ArrayList<>());

    try (var events = midplane.events().stream(EventId.of("cm"))) {
      midplane.spawn(agent, "vlan");
      order.add(events.next().id().toString());
      order.add(events.next().id().toString());
    }

    assertThat(order).containsExactly("cm.vlan.set", "cm.after.set");
  }

  private static VlanAgent twoTables() {
    VlanAgent agent = new VlanAgent();
    Table<VlanAgent.Vlan> after = VlanAgent.table("after");
    agent.declaration = cm -> cm.table(after, new MemoryTable<>(after)).persistent();
    return agent;
  }

  @Test
  @DisplayName("B3: a row that cannot be set is reported, and loading goes on to load_complete")
  void shouldGoOnLoadingAfterARowThatFails() {
    save(new VlanAgent().with("a", 1).with("b", 2).with("c", 3));
    VlanAgent agent = new VlanAgent();
    agent.onAction =
        (method, context) -> {
          if (method.equals("set") && context.params().text("name").equals("b")) {
            throw new IllegalStateException("no room");
          }
        };

    try (var events = midplane.events().stream(EventId.parse("config.load"))) {
      midplane.spawn(agent, "vlan");

      assertThat(events.next().data())
          .isEqualTo(
              Row.of(
                  "table",
                  "vlan",
                  "row",
                  full("b", 2).toString(),
                  "message",
                  "vlan: SET failed: java.lang.IllegalStateException: no room"));
    }
    assertThat(agent.seenWithoutReads()).endsWith("set c load", "load_complete");
    assertThat(config.walk("vlan")).containsExactly(full("a", 1), full("c", 3));
  }

  @Test
  @DisplayName("B3: also a load of async actions and events")
  void shouldLoadWhereActionsAndEventsMayBlock() {
    save(new VlanAgent().with("a", 1).with("b", 2));
    VlanAgent agent = new VlanAgent();
    agent.options = table -> table.persistent().async();
    agent.declaration = Declaration::asyncEvents;

    midplane.spawn(agent, "vlan");

    assertThat(agent.seenWithoutReads())
        .containsExactly("load_start", "set a load", "set b load", "load_complete");
  }

  @Test
  @DisplayName("B4: with A←B←C the order is A, B, C, whatever the order of their starts")
  void shouldLoadInTheOrderOfTheDependencies() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    AgentHandle c = midplane.launch(() -> dependent("c", order, "b"), "c");
    AgentHandle b = midplane.launch(() -> dependent("b", order, "a"), "b");
    AgentHandle a = midplane.launch(() -> dependent("a", order), "a");

    c.awaitReady(Duration.ofSeconds(30));

    assertThat(order).containsExactly("a", "b", "c");
    assertThat(List.of(a.state(), b.state())).containsOnly(ProcessState.READY);
  }

  private static VlanAgent dependent(String name, List<String> order, String... deps) {
    VlanAgent agent = new VlanAgent(VlanAgent.table(name));
    agent.declaration = cm -> cm.configDeps(deps);
    agent.onEvent = (event, context) -> order.add(name);
    return agent;
  }

  @Test
  @DisplayName("B4: a dependency that is loaded but not READY keeps the agent waiting")
  void shouldWaitForADependencyThatIsNotReady() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    AtomicReference<CmEvent> event = new AtomicReference<>();
    VlanAgent slow = new VlanAgent(VlanAgent.table("slow"));
    slow.readyAfterLoad = false;
    slow.onEvent = (what, context) -> event.set(context);
    AgentHandle first = midplane.launch(() -> slow, "slow");
    AgentHandle second = midplane.launch(() -> dependent("next", order, "slow"), "next");

    await().until(() -> second.status().detail().equals("configDeps: agent slow is LOADCFG"));
    await().until(() -> event.get() != null);
    assertThat(order).isEmpty();
    event.get().ready();

    second.awaitReady(Duration.ofSeconds(30));
    assertThat(first.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("B4: a dependency that is not there keeps the agent in LOADCFG and is reported")
  void shouldReportAMissingDependency() {
    AgentHandle waiting =
        midplane.launch(() -> dependent("b", new ArrayList<>(), "a", "missing"), "b");

    await()
        .until(() ->
            waiting
                .status()
                .detail()
                .equals("configDeps: agent a is not there, agent missing is not there"));
    assertThat(waiting.state()).isEqualTo(ProcessState.LOADCFG);
    midplane.spawn(dependent("a", new ArrayList<>()), "a");
    await().until(() -> waiting.status().detail().equals("configDeps: agent missing is not there"));
    assertThat(assertRefused(ErrorCode.MODULE_UNAVAILABLE, () -> config.get("b", "x")))
        .hasMessageContaining("agent b: not READY (state LOADCFG, started ")
        .hasMessageContaining("s ago: configDeps: agent missing is not there)");
  }

  @Test
  @DisplayName("B4: spawn() of an agent with a missing dependency says what it waits for")
  void shouldTellWhatSpawnWaitedFor() {
    restartWith(MidplaneSettings.defaults().readyTimeout(Duration.ofMillis(200)));

    assertThat(
            assertRefused(
                ErrorCode.TIMED_OUT,
                () -> midplane.spawn(dependent("b", new ArrayList<>(), "a"), "b")))
        .hasMessageContaining("configDeps: agent a is not there");
  }

  private void restartWith(MidplaneSettings settings) {
    midplane.close();
    midplane = Midplane.start(settings);
    config = Configuration.of(midplane);
  }

  @Test
  @DisplayName("B4: a cycle of dependencies is refused at registration, naming it")
  void shouldRefuseACycleOfDependencies() {
    midplane.launch(() -> dependent("a", new ArrayList<>(), "c"), "a");
    midplane.launch(() -> dependent("b", new ArrayList<>(), "a"), "b");
    await().until(() -> config.tables().size() == 2);

    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "configDeps: c → b → a → c (expected: no cycle); break it in one of them",
        () -> midplane.spawn(dependent("c", new ArrayList<>(), "b"), "c"));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "configDeps: d → d (expected: no cycle); break it in one of them",
        () -> midplane.spawn(dependent("d", new ArrayList<>(), "d"), "d"));
  }

  @Test
  @DisplayName("B4: what an agent depends on may be an agent without tables")
  void shouldDependOnAnAgentWithoutTables() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    AgentHandle waiting = midplane.launch(() -> dependent("b", order, "plain"), "b");

    midplane.spawn(AgentContext::ready, "plain");

    waiting.awaitReady(Duration.ofSeconds(30));
  }

  @Test
  @DisplayName("B5: requests before the agent is READY are refused and never delivered")
  void shouldRefuseRequestsBeforeTheAgentIsReady() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    VlanAgent agent = new VlanAgent();
    agent.declaration = Declaration::asyncEvents;
    agent.onEvent =
        (event, context) -> {
          loading.countDown();
          goOn.await();
        };
    AgentHandle handle = midplane.launch(() -> agent, "vlan");
    loading.await();

    var refused =
        (ModuleUnavailable)
            assertRefused(ErrorCode.MODULE_UNAVAILABLE, () -> config.get("vlan", "blue"));
    assertRefused(ErrorCode.MODULE_UNAVAILABLE, () -> config.set("vlan", row("blue", 7)));
    assertRefused(ErrorCode.MODULE_UNAVAILABLE, () -> config.walk("vlan").forEach(r -> {}));
    assertThat(refused).hasMessageContaining("whenReady()");
    assertThat(refused.agent()).isEqualTo("vlan");
    goOn.countDown();

    refused.whenReady().toCompletableFuture().get();
    assertThat(handle.state()).isEqualTo(ProcessState.READY);
    assertThat(agent.seen).containsExactly("generate_default");
    config.set("vlan", row("blue", 7));
  }

  @Test
  @DisplayName("B5: ready() before the load is over takes effect after it")
  void shouldNotBeReadyBeforeTheLoadIsOver() {
    save(new VlanAgent().with("a", 1));
    VlanAgent agent = new VlanAgent();
    agent.readyAfterLoad = false;
    List<ProcessState> states = Collections.synchronizedList(new ArrayList<>());
    agent.onEvent =
        (event, context) -> {
          if (event.equals("load_start")) {
            context.ready();
          } else {
            states.add(midplane.agent("vlan").orElseThrow().state());
          }
        };

    midplane.spawn(agent, "vlan");

    assertThat(states).containsExactly(ProcessState.LOADCFG);
    assertThat(config.get("vlan", "a")).isEqualTo(full("a", 1));
  }

  @Test
  void shouldLoadWhatWasSavedWhenAnAgentIsRestarted() {
    AgentHandle handle = midplane.spawn(() -> new VlanAgent(), "vlan");
    config.set("vlan", row("saved", 1));
    config.save("saved");
    config.set("vlan", row("unsaved", 2));

    handle.restart();

    await().until(() -> handle.restarts() == 1 && handle.state() == ProcessState.READY);
    assertThat(config.walk("vlan")).containsExactly(full("saved", 1));
  }

  @Test
  @DisplayName("S3: an agent whose saved rows cannot be read does not start with defaults")
  void shouldFailTheAgentWhenWhatIsSavedCannotBeRead() throws Exception {
    save(new VlanAgent().with("a", 1));
    Files.writeString(data.resolve("config/saved.cfg"), "nonsense\n");

    assertThat(assertRefused(ErrorCode.DAMAGED, () -> midplane.spawn(new VlanAgent(), "vlan")))
        .hasMessageStartingWith("configuration saved: line 1: \"nonsense\" (expected: ");
  }

  @Test
  void shouldFailTheAgentWhateverReadingThrows() {
    var command =
        Core.whatToLoad(
            "vlan",
            () -> {
              throw new StackOverflowError("too deep");
            });

    assertThat(command).isInstanceOf(BackendActor.LoadFailed.class);
    MidplaneException reason = ((BackendActor.LoadFailed) command).reason();
    assertThat(reason.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(reason)
        .hasMessage(
            "agent vlan: reading its saved configuration failed: java.lang.StackOverflowError: too"
                + " deep")
        .hasCauseInstanceOf(StackOverflowError.class);
  }

  @Test
  @DisplayName("S5: rows of an older version go through the migration")
  void shouldBringRowsOfAnOlderVersionToThePresentOne() {
    save(new VlanAgent().with("a", 1));
    VlanAgent agent = new VlanAgent(newer(2, (version, row) -> row.with("id", 100 + version)));

    midplane.spawn(agent, "vlan");

    assertThat(config.get("vlan", "a").integer("id")).isEqualTo(101);
  }

  @Test
  @DisplayName("S5: rows of a later version are refused")
  void shouldRefuseToLoadRowsOfALaterVersion() {
    save(new VlanAgent(newer(3, (version, row) -> row)).with("a", 1));

    assertRefused(
        ErrorCode.UNSUPPORTED,
        "configuration saved: table vlan of version 3 (expected: at most 1); run the agent that"
            + " saved it, or use another configuration",
        () -> midplane.spawn(new VlanAgent(), "vlan"));
  }

  private static Table<VlanAgent.Vlan> newer(int version, Migration migration) {
    return Table.of("vlan", VlanAgent.Vlan.class)
        .key("name")
        .column("ports", Default.of(List.of()))
        .column("description", Default.of(""))
        .version(version, migration)
        .build();
  }
}

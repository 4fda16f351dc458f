package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static io.midplane.cm.VlanAgent.full;
import static io.midplane.cm.VlanAgent.key;
import static io.midplane.cm.VlanAgent.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Wait;
import io.midplane.protocol.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may block, who is refused, and that nobody is refused falsely. */
@Timeout(120)
class AsyncTest {

  @TempDir private Path data;
  private final VlanAgent agent = new VlanAgent().with("blue", 7);
  private final VlanAgent other = new VlanAgent(VlanAgent.table("other")).with("green", 9);
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
    midplane.spawn(other, "other");
    midplane.spawn(agent, "vlan");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName(
      "T4: isAsync is true exactly when a synchronous call is not refused: every kind of action and"
          + " event")
  void shouldBeAsyncExactlyWhenACallIsNotRefused(boolean async) {
    Map<String, List<Boolean>> seen = new ConcurrentHashMap<>();
    VlanAgent probed = probed(async, seen);
    spawn();
    midplane.spawn(probed, "probed");
    config.set("probed", row("blue", 7));
    config.get("probed", "blue");
    config.walk("probed").forEach(row -> {});
    config.op("probed", "delete", key("blue"));
    config.set("probed", row("red", 8));
    config.save("t4");
    midplane.agent("probed").orElseThrow().stop();
    midplane.spawn(probed(async, seen), "probed");

    assertThat(new TreeMap<>(seen).keySet())
        .containsExactly(
            "check",
            "checkOperation",
            "generate_default",
            "get",
            "load_complete",
            "load_start",
            "next",
            "op",
            "save_complete",
            "save_start",
            "set");
    assertThat(seen).allSatisfy((what, answers) -> assertThat(answers).containsOnly(async));
  }

  private VlanAgent probed(boolean async, Map<String, List<Boolean>> seen) {
    VlanAgent probed = new VlanAgent(VlanAgent.table("probed"));
    probed.options = table -> (async ? table.async() : table).persistent();
    probed.declaration =
        cm -> {
          if (async) {
            cm.asyncEvents();
          }
        };
    probed.onAction = (method, context) -> probe(seen, method, context.isAsync());
    probed.onEvent = (event, context) -> probe(seen, event, context.isAsync());
    return probed;
  }

  private void probe(Map<String, List<Boolean>> seen, String what, boolean isAsync) {
    boolean worked;
    try {
      worked = config.get("other", "green").equals(full("green", 9));
    } catch (DeadlockDetectedException refused) {
      assertThat(refused.level()).isEqualTo(DeadlockLevel.L0);
      worked = false;
    }
    assertThat(isAsync).isEqualTo(worked).isEqualTo(midplane.gate().mayBlock());
    seen.computeIfAbsent(what, first -> Collections.synchronizedList(new ArrayList<>()))
        .add(isAsync);
  }

  @ParameterizedTest
  @EnumSource(ActionKind.class)
  @DisplayName("T4: only the kinds declared async are async")
  void shouldMakeOnlySomeKindsAsync(ActionKind kind) {
    Map<String, Boolean> seen = new ConcurrentHashMap<>();
    agent.options = table -> table.async(kind);
    agent.onAction = (method, context) -> seen.put(method, context.isAsync());
    spawn();

    config.get("vlan", "blue");
    assertThat(seen.get("get")).isEqualTo(kind == ActionKind.GET);
    config.walk("vlan").forEach(row -> {});
    assertThat(seen.get("next")).isEqualTo(kind == ActionKind.GET_NEXT);
    config.set("vlan", row("red", 8));
    assertThat(seen.get("set")).isEqualTo(kind == ActionKind.SET);
    config.op("vlan", "clear", Row.empty());
    assertThat(seen.get("op")).isEqualTo(kind == ActionKind.OPERATION);
  }

  @Test
  @DisplayName(
      "T2: a synchronous call in a handler on the actor is refused before anything is sent")
  void shouldRefuseASynchronousCallOnAnActor() {
    agent.onAction = (method, context) -> config.set("other", row("red", 8));
    spawn();

    MidplaneException refused =
        assertRefused(ErrorCode.DEADLOCK_DETECTED, () -> config.get("vlan", "blue"));

    assertThat(((DeadlockDetectedException) refused).level()).isEqualTo(DeadlockLevel.L0);
    assertThat(refused)
        .hasMessageContaining("set other {name=red, id=8}")
        .hasMessageContaining("vlan")
        .hasMessageContaining("setAsync()");
    assertThat(other.seen).containsExactly("generate_default");
    assertThat(config.get("other", "green")).isEqualTo(full("green", 9));
  }

  @Test
  @DisplayName("T2, F8: walking, saving and cursors are refused likewise")
  void shouldRefuseEverySynchronousFormOnAnActor() {
    List<Runnable> forms =
        List.of(
            () -> config.walk("other").forEach(row -> {}),
            () -> config.op("other", "clear", Row.empty()),
            () -> config.page("other", null, 1),
            () -> config.save("x"),
            () -> config.show(),
            () -> config.connect("admin").cursor().execute(Request.getNext("other")));
    spawn();

    for (Runnable form : forms) {
      agent.onAction = (method, context) -> form.run();
      assertRefused(ErrorCode.DEADLOCK_DETECTED, () -> config.get("vlan", "blue"));
    }

    assertThat(other.seen).containsExactly("generate_default");
  }

  @Test
  @DisplayName(
      "T3: a synchronous call in an async handler works, and so does one from a plain thread")
  void shouldAllowASynchronousCallInAnAsyncHandler() {
    agent.options = TableDeclaration::async;
    agent.onAction =
        (method, context) -> {
          if (method.equals("get") && context.isGetOne()) {
            Configuration.of(context.midplane()).set("other", row("red", 8));
          }
        };
    spawn();

    config.get("vlan", "blue");

    assertThat(config.get("other", "red")).isEqualTo(full("red", 8));
  }

  @Test
  @DisplayName("T5: an asynchronous call is accepted on an actor and answered off it")
  void shouldAllowAnAsynchronousCallOnAnActor() throws Exception {
    var answered = new CompletableFuture<Row>();
    agent.onAction =
        (method, context) ->
            config
                .getAsync("other", "green")
                .thenAcceptAsync(row -> {
                  assertThat(midplane.gate().mayBlock()).isTrue();
                  answered.complete(row);
                });
    spawn();

    config.get("vlan", "blue");

    assertThat(answered.get()).isEqualTo(full("green", 9));
  }

  @Test
  @DisplayName("T6: A calls B calls A is refused with the cycle, naming agents, tables and calls")
  void shouldNameTheCycleAcrossAgents() {
    agent.options = TableDeclaration::async;
    other.options = TableDeclaration::async;
    agent.onAction =
        (method, context) -> {
          if (context.isGetOne()) {
            config.get("other", "green");
          }
        };
    other.onAction = (method, context) -> config.set("vlan", row("red", 8));
    spawn();

    var refused =
        (DeadlockDetectedException)
            assertRefused(ErrorCode.DEADLOCK_DETECTED, () -> config.get("vlan", "blue"));

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L2);
    assertThat(refused.cycle())
        .extracting(Wait::waiter, Wait::callee, Wait::operation)
        .containsExactly(
            tuple("other", "vlan", "set vlan {name=red, id=8}"),
            tuple("vlan", "other", "get other green"));
    other.onAction = (method, context) -> {};
    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
  }

  @Test
  @DisplayName("T6: a handler that calls its own agent is refused")
  void shouldRefuseACallToItself() {
    agent.options = TableDeclaration::async;
    agent.onAction =
        (method, context) -> {
          if (context.isGetOne()) {
            config.walk("vlan").forEach(row -> {});
          }
        };
    spawn();

    var refused =
        (DeadlockDetectedException)
            assertRefused(ErrorCode.DEADLOCK_DETECTED, () -> config.get("vlan", "blue"));

    assertThat(refused.level()).isEqualTo(DeadlockLevel.L1);
  }

  @Test
  @DisplayName("T6: a handler that saves is refused, since the save would wait for it")
  void shouldRefuseASaveFromAHandler() {
    agent.options = table -> table.async().persistent();
    agent.onAction =
        (method, context) -> {
          if (method.equals("set") && !context.isLoad()) {
            config.save("own");
          }
        };
    spawn();

    var refused =
        (DeadlockDetectedException)
            assertRefused(ErrorCode.DEADLOCK_DETECTED, () -> config.set("vlan", row("red", 8)));

    assertThat(refused.cycle()).extracting(Wait::callee).contains("vlan", "configuration");
    assertThat(config.list()).isEmpty();
    agent.onAction = (method, context) -> {};
    assertThat(config.save("own").name()).isEqualTo("own");
  }

  @Test
  @DisplayName(
      "T6: an agent that serves gets in parallel is not accused when a call comes back to it")
  void shouldNotAccuseParallelGets() {
    agent.with("red", 8).options = TableDeclaration::parallelGets;
    other.options = TableDeclaration::async;
    agent.onAction =
        (method, context) -> {
          if (context.isGetOne() && context.params().equals(key("blue"))) {
            config.get("other", "green");
          }
        };
    other.onAction =
        (method, context) -> {
          config.get("vlan", "red");
          config.walk("vlan").forEach(row -> {});
        };
    spawn();

    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
  }

  @Test
  @DisplayName("T6, B19: a get that comes back is served although a set waits for the first one")
  void shouldServeAReturningGetBeforeAQueuedSet() throws Exception {
    CountDownLatch setIsQueued = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    agent.with("red", 8).options = table -> table.parallelGets().async();
    agent.onAction =
        (method, context) -> {
          if (context.isGetOne() && context.params().equals(key("blue"))) {
            inside.countDown();
            setIsQueued.await();
            config.get("vlan", "red");
          }
        };
    spawn();

    var get = config.getAsync("vlan", "blue").toCompletableFuture();
    inside.await();
    var set = config.setAsync("vlan", row("green", 9)).toCompletableFuture();
    // One mailbox, one order: what is asked from here on finds the set queued.
    var behind = config.getAsync("vlan", "red").toCompletableFuture();
    setIsQueued.countDown();

    assertThat(get.get()).isEqualTo(full("blue", 7));
    assertThat(set.get()).isEqualTo(full("green", 9));
    assertThat(behind.get()).isEqualTo(full("red", 8));
  }

  @Test
  @DisplayName(
      "T7: a handler on the last free worker of the agent's own executor may not wait for that"
          + " executor")
  void shouldGuardTheAgentsOwnExecutor() {
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      VlanAgent one = new VlanAgent(VlanAgent.table("one"), pool).with("blue", 7);
      VlanAgent two = new VlanAgent(VlanAgent.table("two"), pool).with("red", 8);
      one.options = TableDeclaration::async;
      two.options = TableDeclaration::async;
      one.onAction = (method, context) -> config.get("two", "red");
      midplane.spawn(one, "one");
      midplane.spawn(two, "two");

      var refused =
          (DeadlockDetectedException)
              assertRefused(ErrorCode.DEADLOCK_DETECTED, () -> config.get("one", "blue"));

      assertThat(refused.level()).isEqualTo(DeadlockLevel.L5);
      assertThat(config.get("two", "red")).isEqualTo(full("red", 8));
    }
  }

  @Test
  void shouldRunAsyncHandlersOnTheAgentsOwnExecutor() {
    try (ExecutorService pool =
        Executors.newFixedThreadPool(1, Thread.ofPlatform().name("own-", 0).factory())) {
      VlanAgent own = new VlanAgent(VlanAgent.table("own"), pool).with("blue", 7);
      own.options = TableDeclaration::async;
      own.onAction = (method, context) -> context.raiseError(Thread.currentThread().getName());
      midplane.spawn(own, "own");

      assertRefused(ErrorCode.AGENT_REFUSED, "own-0", () -> config.get("own", "blue"));
    }
  }

  @Test
  void shouldRefuseRequestsWhenTheAgentsExecutorIsShutDown() {
    ExecutorService pool = Executors.newFixedThreadPool(1);
    VlanAgent own = new VlanAgent(VlanAgent.table("own"), pool).with("blue", 7);
    own.options = TableDeclaration::async;
    midplane.spawn(own, "own");
    pool.shutdown();

    assertRefused(
        ErrorCode.CLOSED,
        "agent own: its executor takes no more work",
        () -> config.get("own", "blue"));
  }
}

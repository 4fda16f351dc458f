package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static io.midplane.cm.VlanAgent.full;
import static io.midplane.cm.VlanAgent.key;
import static io.midplane.cm.VlanAgent.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.actors.ProcessState;
import io.midplane.calls.ErrorCode;
import io.midplane.cm.CmBackendProtocol.Command;
import io.midplane.cm.CmBackendProtocol.Get;
import io.midplane.cm.CmBackendProtocol.GetNext;
import io.midplane.cm.CmBackendProtocol.Operate;
import io.midplane.cm.CmBackendProtocol.Refused;
import io.midplane.cm.CmBackendProtocol.Reply;
import io.midplane.cm.CmBackendProtocol.Set;
import io.midplane.protocol.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

@Timeout(120)
class ActionTest {

  private final VlanAgent agent = new VlanAgent();
  private Midplane midplane = Midplane.start();
  private Configuration config = Configuration.of(midplane);

  private void spawn() {
    midplane.spawn(agent, "vlan");
  }

  @AfterEach
  void stop() {
    midplane.close();
    assertThat(midplane.graph().openCalls()).isEmpty();
  }

  @Test
  @DisplayName("B8: a get carries the key and answers the row; an unknown key is an error")
  void shouldGetOneRowByItsKey() {
    AtomicReference<Row> params = new AtomicReference<>();
    agent.with("blue", 7).onAction =
        (method, context) -> {
          params.set(context.params());
          assertThat(context.isGetOne()).isTrue();
          assertThat(context.isGetNext()).isFalse();
        };
    spawn();

    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
    assertThat(params.get()).isEqualTo(key("blue"));
    assertRefused(ErrorCode.NOT_FOUND, "vlan: no row red", () -> config.get("vlan", "red"));
  }

  @Test
  @DisplayName("B9: a walk asks for the row behind null, then behind the last one, until no more")
  void shouldAskForTheRowBehindTheLastOne() {
    List<Row> params = new ArrayList<>();
    agent.with("a", 1).with("b", 2).with("c", 3).onAction =
        (method, context) -> params.add(context.params());
    spawn();

    assertThat(config.walk("vlan")).hasSize(3);

    assertThat(params).containsExactly(Row.of("name", null), key("a"), key("b"));
    assertThat(agent.seen).containsExactly("generate_default", "next", "next a", "next b");
  }

  @Test
  @DisplayName("B9: an empty table has a last page without rows")
  void shouldAnswerNoRowOfAnEmptyTable() {
    spawn();

    assertThat(config.page("vlan", null, 5)).isEqualTo(new Page(List.of(), false));
    assertThat(config.walk("vlan")).isEmpty();
  }

  @Test
  @DisplayName("B9: a row that is not behind the last one is refused, so no walk runs for ever")
  void shouldRefuseARowThatIsNotBehindTheLastOne() {
    agent.declaration =
        cm ->
            cm.table(
                VlanAgent.table("loop"),
                new MemoryTable<>(VlanAgent.table("loop")) {
                  @Override
                  public VlanAgent.Vlan getNext(CmContext context, Key after) {
                    context.more();
                    return new VlanAgent.Vlan("same", 1, List.of(), "");
                  }
                });
    spawn();

    assertRefused(
        ErrorCode.INTERNAL,
        "loop: getNext(same) answered row same (expected: one behind it)",
        () -> config.walk("loop").forEach(row -> {}));
  }

  @Test
  @DisplayName("B10: more() outside a getnext is an error")
  void shouldRefuseMoreOutsideAGetNext() {
    agent.with("blue", 7).onAction = (method, context) -> context.more();
    spawn();

    assertRefused(
        ErrorCode.INTERNAL,
        "vlan: more() in a GET (expected: only in getNext)",
        () -> config.get("vlan", "blue"));
    assertRefused(ErrorCode.INTERNAL, () -> config.set("vlan", row("red", 8)));
    assertRefused(ErrorCode.INTERNAL, () -> config.op("vlan", "clear", Row.empty()));
    agent.onAction = (method, context) -> {};
    assertThat(config.walk("vlan")).hasSize(1);
  }

  @Test
  @DisplayName("B10: more() without a row is an error")
  void shouldRefuseMoreWithoutARow() {
    agent.onAction = (method, context) -> context.more();
    spawn();

    assertRefused(
        ErrorCode.INTERNAL,
        "vlan: getNext(null) said more() without a row (expected: a row, or no more())",
        () -> config.page("vlan", null, 1));
  }

  @Test
  @DisplayName(
      "B12: raiseError stops the action, its message arrives unchanged, the agent lives on")
  void shouldRefuseInTheAgentsOwnWords() {
    String words = "no — \"not\" today;\n%s {}";
    agent.with("blue", 7).onAction =
        (method, context) -> {
          throw context.raiseError(words);
        };
    spawn();

    assertRefused(ErrorCode.AGENT_REFUSED, words, () -> config.get("vlan", "blue"));
    assertRefused(ErrorCode.AGENT_REFUSED, words, () -> config.walk("vlan").forEach(r -> {}));
    assertRefused(ErrorCode.AGENT_REFUSED, words, () -> config.set("vlan", row("blue", 8)));
    assertRefused(ErrorCode.AGENT_REFUSED, words, () -> config.op("vlan", "clear", Row.empty()));

    agent.onAction = (method, context) -> {};
    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
  }

  @Test
  @DisplayName(
      "B12: an error that the handler swallowed is an error all the same, and nothing is applied")
  void shouldRefuseEvenIfTheHandlerSwallowsTheError() {
    agent.with("blue", 7).onAction =
        (method, context) -> {
          if (method.equals("check")) {
            try {
              context.raiseError("no");
            } catch (RuntimeException swallowed) {
              // goes on as if nothing had happened
            }
          }
        };
    spawn();

    assertRefused(ErrorCode.AGENT_REFUSED, "no", () -> config.set("vlan", row("blue", 8)));
    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
    assertThat(config.dirty()).isFalse();
  }

  @Test
  @DisplayName("B12: what a check refuses is not applied")
  void shouldNotApplyWhatACheckRefuses() {
    agent.with("blue", 7);
    spawn();

    assertRefused(
        ErrorCode.AGENT_REFUSED, "VLAN id 7 is in use", () -> config.set("vlan", row("red", 7)));

    assertThat(config.walk("vlan")).containsExactly(full("blue", 7));
  }

  @Test
  @DisplayName("B13: a set and an operation turn the dirty bit on, a read and a failure do not")
  void shouldTurnTheDirtyBitOn() {
    agent.with("blue", 7);
    spawn();

    config.get("vlan", "blue");
    config.walk("vlan").forEach(row -> {});
    assertRefused(ErrorCode.INVALID_ARGUMENT, () -> config.set("vlan", row("red", 5000)));
    assertRefused(ErrorCode.AGENT_REFUSED, () -> config.set("vlan", row("red", 7)));
    assertThat(config.dirty()).isFalse();

    config.op("vlan", "clear", Row.empty());
    assertThat(config.dirty()).isTrue();
  }

  @Test
  @DisplayName("B13: an action says itself whether the configuration is dirty afterwards")
  void shouldLetTheAgentSayWhatIsDirty() {
    agent.with("blue", 7).onAction =
        (method, context) -> {
          if (method.equals("get")) {
            assertThat(context.dirty()).isEqualTo(!context.isGetOne());
          }
          context.dirty(context.isGetOne());
        };
    spawn();

    config.set("vlan", row("red", 8));
    assertThat(config.dirty()).isFalse();

    config.get("vlan", "red");
    assertThat(config.dirty()).isTrue();
  }

  @Test
  @DisplayName("B16: the context names the request's virtual router and user, or none")
  void shouldTellTheVirtualRouterAndTheUser() {
    List<String> seen = new ArrayList<>();
    agent.with("blue", 7).onAction =
        (method, context) ->
            seen.add(
                "%s/%s, log %s %s"
                    .formatted(context.vrName(), context.user(), MDC.get("agent"), MDC.get("vr")));
    spawn();

    config.get("vlan", "blue");
    config.inVr("VR-Mgmt").as("admin").get("vlan", "blue");
    config.as("admin").inVr("VR-Default").walk("vlan").forEach(row -> {});

    assertThat(seen)
        .containsExactly(
            "null/, log vlan null",
            "VR-Mgmt/admin, log vlan VR-Mgmt",
            "VR-Default/admin, log vlan VR-Default");
  }

  @Test
  @DisplayName("B17: lines of progress arrive in order, during the operation, before its result")
  void shouldPrintProgressDuringTheOperation() throws Exception {
    List<String> printed = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch firstIsPrinted = new CountDownLatch(1);
    agent.options = TableDeclaration::async;
    agent.onAction =
        (method, context) -> {
          if (method.equals("set")) {
            context.notifyCli("line 0");
            firstIsPrinted.await();
            for (int i = 1; i < 100; i++) {
              context.notifyCli("line " + i);
            }
          }
        };
    spawn();

    config
        .printing(line -> {
          printed.add(line);
          firstIsPrinted.countDown();
        })
        .set("vlan", row("blue", 7));

    assertThat(printed).hasSize(100).first().isEqualTo("line 0");
    assertThat(printed).last().isEqualTo("line 99");
  }

  @Test
  @DisplayName(
      "B17: for a caller who does not print nothing happens; a failing callback harms nobody")
  void shouldIgnoreProgressNobodyPrints() {
    agent.onAction = (method, context) -> context.notifyCli("half way");
    spawn();

    config.set("vlan", row("blue", 7));
    config
        .printing(line -> {
          throw new IllegalStateException("the terminal is gone");
        })
        .set("vlan", row("red", 8));

    assertThat(config.walk("vlan")).hasSize(2);
  }

  @Test
  @DisplayName("B18: an exception in an action is the client's error and the agent lives on")
  void shouldTurnAnExceptionIntoTheClientsError() {
    agent.with("blue", 7).onAction =
        (method, context) -> {
          throw new IllegalStateException("broken");
        };
    spawn();

    assertRefused(
        ErrorCode.INTERNAL,
        "vlan: GET failed: java.lang.IllegalStateException: broken",
        () -> config.get("vlan", "blue"));

    agent.onAction = (method, context) -> {};
    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
    assertThat(midplane.agent("vlan").orElseThrow().state()).isEqualTo(ProcessState.READY);
  }

  @Test
  @DisplayName("B18: an Error in an action is the client's error and the agent's failure")
  void shouldFailTheAgentOnAnError() {
    agent.options = TableDeclaration::async;
    agent.onAction =
        (method, context) -> {
          throw new StackOverflowError("too deep");
        };
    spawn();

    assertRefused(ErrorCode.INTERNAL, () -> config.set("vlan", row("blue", 7)));

    await().until(() -> midplane.agent("vlan").orElseThrow().state() == ProcessState.FAIL);
    assertThat(midplane.agent("vlan").orElseThrow().failure().orElseThrow())
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  @DisplayName("B18: an exception in an event is the agent's failure, which is counted")
  void shouldFailTheAgentOnAnExceptionInAnEvent() {
    AtomicInteger starts = new AtomicInteger();
    var handle =
        midplane.launch(
            () -> {
              VlanAgent made = new VlanAgent();
              if (starts.incrementAndGet() == 1) {
                made.onEvent =
                    (event, context) -> {
                      throw new IllegalStateException("broken " + event);
                    };
              }
              return made;
            },
            "vlan");

    handle.awaitReady(Duration.ofSeconds(30));

    assertThat(handle.restarts()).isEqualTo(1);
    assertThat(config.walk("vlan")).isEmpty();
  }

  @Test
  @DisplayName("B19: one action at a time, also when they may block")
  void shouldRunOneActionAtATime() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    agent.options = TableDeclaration::async;
    agent.onAction =
        (method, context) -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          Thread.yield();
          running.decrementAndGet();
        };
    spawn();

    List<Future<?>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int id = i + 1;
      calls.add(
          (id % 2 == 0
                  ? config.setAsync("vlan", row("v" + id, id))
                  : config.pageAsync("vlan", null, 9))
              .toCompletableFuture());
    }
    for (Future<?> call : calls) {
      call.get();
    }

    assertThat(most.get()).isEqualTo(1);
  }

  @Test
  @DisplayName("B19: parallel gets run side by side, a set runs alone")
  void shouldRunParallelGetsSideBySide() throws Exception {
    CountDownLatch bothAreIn = new CountDownLatch(2);
    AtomicInteger running = new AtomicInteger();
    agent.with("blue", 7).options = TableDeclaration::parallelGets;
    agent.onAction =
        (method, context) -> {
          if (context.isGetOne()) {
            running.incrementAndGet();
            bothAreIn.countDown();
            bothAreIn.await();
            running.decrementAndGet();
          } else {
            assertThat(running.get()).isZero();
          }
        };
    spawn();

    var one = config.getAsync("vlan", "blue");
    var other = config.getAsync("vlan", "blue");
    var set = config.setAsync("vlan", row("red", 8));

    assertThat(one.toCompletableFuture().get()).isEqualTo(other.toCompletableFuture().get());
    assertThat(set.toCompletableFuture().get()).isEqualTo(full("red", 8));
  }

  @Test
  @DisplayName("B19: with parallel gets no set ever runs beside a get or another set")
  void shouldNeverRunASetBesideAGet() throws Exception {
    AtomicInteger readers = new AtomicInteger();
    AtomicInteger writers = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    agent.with("blue", 4000).options = table -> table.parallelGets().async();
    agent.onAction =
        (method, context) -> {
          boolean reads = context.isGetOne();
          AtomicInteger kind = reads ? readers : writers;
          boolean alone = kind.incrementAndGet() == 1 || reads;
          Thread.yield();
          if (!alone || (reads ? writers : readers).get() > 0) {
            overlaps.incrementAndGet();
          }
          kind.decrementAndGet();
        };
    spawn();

    List<Future<?>> calls = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      calls.add(config.getAsync("vlan", "blue").toCompletableFuture());
      calls.add(config.setAsync("vlan", row("v" + i, i)).toCompletableFuture());
      calls.add(config.getAsync("vlan", "blue").toCompletableFuture());
    }
    for (Future<?> call : calls) {
      call.get();
    }

    assertThat(overlaps).hasValue(0);
  }

  @Test
  @DisplayName("B20: an unknown table, column or operation is refused without calling the agent")
  void shouldRefuseWhatIsUnknownWithoutCallingTheAgent() {
    spawn();

    assertRefused(
        ErrorCode.NOT_FOUND,
        "table vlam: unknown (expected: vlan)",
        () -> config.get("vlam", "blue"));
    assertRefused(ErrorCode.NOT_FOUND, () -> config.walk("vlam"));
    assertRefused(
        ErrorCode.NOT_FOUND,
        "vlan.colour: no such column (expected: name, id, ports, description)",
        () -> config.set("vlan", row("blue", 7).with("colour", "blue")));
    assertRefused(ErrorCode.NOT_FOUND, () -> config.get("vlan", Row.of("nmae", "blue")));
    assertRefused(
        ErrorCode.NOT_FOUND,
        "vlan: no operation rename (expected: clear, delete)",
        () -> config.op("vlan", "rename", key("blue")));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "vlan.id: not part of the key (expected: name)",
        () -> config.get("vlan", row("blue", 7)));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "vlan: no name (expected: a value for name)",
        () -> config.set("vlan", Row.of("id", 7)));
    assertRefused(ErrorCode.INVALID_ARGUMENT, () -> config.set("vlan", Row.of("name", null)));
    assertRefused(ErrorCode.INVALID_ARGUMENT, () -> config.get("vlan", "blue", "red"));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "vlan: max 0 (expected: at least 1)",
        () -> config.page("vlan", null, 0));

    assertThat(agent.seen).containsExactly("generate_default");
  }

  @Test
  @DisplayName("B20: the same holds for those who tell the agent's actor themselves")
  void shouldRefuseWhatIsUnknownByTell() throws Exception {
    agent.with("blue", 7);
    spawn();
    ActorRef<Command> backend = config.backend("vlan");

    assertThat(tell(backend, to -> new Get(Origin.UNKNOWN, "vlan", Key.of("blue"), List.of(), to)))
        .isEqualTo(new CmBackendProtocol.Found(full("blue", 7)));
    assertThat(
            tell(backend, to -> new Get(Origin.UNKNOWN, "vlan", Key.of("blue"), List.of("id"), to)))
        .isEqualTo(new CmBackendProtocol.Found(Row.of("id", 7)));
    agent.seen.clear();
    List<Function<ActorRef<Reply>, Command>> unknown =
        List.of(
            to -> new Get(Origin.UNKNOWN, "vlam", Key.of("blue"), List.of(), to),
            to -> new Get(Origin.UNKNOWN, "vlan", Key.of("blue"), List.of("colour"), to),
            to -> new GetNext(Origin.UNKNOWN, "vlan", null, 1, List.of("colour"), to),
            to -> new Set(Origin.UNKNOWN, "vlan", Row.of("name", "blue", "colour", 1), to),
            to -> new Operate(Origin.UNKNOWN, "vlan", "rename", key("blue"), to));
    for (Function<ActorRef<Reply>, Command> message : unknown) {
      assertThat(tell(backend, message))
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> assertThat(refused.reason().code()).isEqualTo(ErrorCode.NOT_FOUND));
    }
    assertThat(agent.seen).isEmpty();
  }

  private Reply tell(ActorRef<Command> backend, Function<ActorRef<Reply>, Command> message)
      throws InterruptedException, ExecutionException {
    return AskPattern.<Command, Reply>ask(
            backend, message::apply, Duration.ofSeconds(10), midplane.system().scheduler())
        .toCompletableFuture()
        .get();
  }

  @Test
  void shouldRefuseToChangeAReadOnlyTable() {
    record Counter(String name, long value) {}
    Table<Counter> counters =
        Table.of("counter", Counter.class).key("name").operation("reset").readOnly().build();
    MemoryTable<Counter> rows = new MemoryTable<>(counters);
    rows.put(new Counter("in", 7));
    agent.declaration = cm -> cm.table(counters, rows);
    spawn();

    assertThat(config.get("counter", "in")).isEqualTo(Row.of("name", "in", "value", 7));
    assertRefused(
        ErrorCode.UNSUPPORTED,
        "counter: the table is read-only",
        () -> config.set("counter", Row.of("name", "in", "value", 8)));
    assertRefused(ErrorCode.UNSUPPORTED, () -> config.op("counter", "reset", key("in")));
  }

  @Test
  void shouldRefuseAnOperationOnARowThatIsNotThere() {
    spawn();

    assertRefused(
        ErrorCode.NOT_FOUND, "vlan: no row red", () -> config.op("vlan", "delete", key("red")));
  }

  @Test
  void shouldPublishEachChangeOnTheEventBus() {
    spawn();
    try (var events = midplane.events().stream(EventId.of("cm"))) {
      config.set("vlan", row("blue", 7));
      config.get("vlan", "blue");
      assertRefused(ErrorCode.AGENT_REFUSED, () -> config.set("vlan", row("red", 7)));
      config.op("vlan", "delete", key("blue"));
      config.op("vlan", "clear", Row.empty());

      assertThat(List.of(events.next(), events.next(), events.next()))
          .extracting(event -> event.id().toString(), Event::data)
          .containsExactly(
              tuple("cm.vlan.set", full("blue", 7)),
              tuple("cm.vlan.delete", full("blue", 7)),
              tuple("cm.vlan.clear", Row.empty()));
    }
  }

  @Test
  void shouldTellTheErrorOfAnAsynchronousCall() {
    spawn();

    assertThat(
            config
                .getAsync("vlan", "red")
                .toCompletableFuture()
                .handle((row, e) -> unwrap(e))
                .join())
        .hasMessage("vlan: no row red");
    assertThat(
            config
                .getAsync("vlam", "red")
                .toCompletableFuture()
                .handle((row, e) -> unwrap(e))
                .join())
        .hasMessage("table vlam: unknown (expected: vlan)");
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
  }

  @Test
  void shouldNotBeginWhatItsCallerHasGivenUp() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    agent.with("blue", 7).options = TableDeclaration::async;
    agent.onAction =
        (method, context) -> {
          if (method.equals("get") && context.isGetOne()) {
            entered.countDown();
            release.await();
          }
        };
    spawn();

    var first = config.getAsync("vlan", "blue");
    entered.await();
    var abandoned = config.setAsync("vlan", row("red", 8)).toCompletableFuture();
    abandoned.cancel(false);
    release.countDown();

    assertThat(first.toCompletableFuture().get()).isEqualTo(full("blue", 7));
    assertThat(config.walk("vlan")).containsExactly(full("blue", 7));
    assertThat(agent.seen).doesNotContain("set red");
  }
}

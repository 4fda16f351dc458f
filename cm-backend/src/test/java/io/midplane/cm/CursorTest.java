package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static io.midplane.cm.VlanAgent.full;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.midplane.actors.AgentHandle;
import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.calls.ErrorCode;
import io.midplane.protocol.ColumnType;
import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The frontend in the shape of a database interface. */
@Timeout(120)
class CursorTest {

  private static final Column NAME = Column.of("vlan", "name");
  private static final Column ID = Column.of("vlan", "id");
  private static final Column PORTS = Column.of("vlan", "ports");

  private final VlanAgent agent = new VlanAgent();
  private Midplane midplane;
  private Configuration config;

  @BeforeEach
  void start() {
    midplane = Midplane.start(MidplaneSettings.defaults().with("midplane.cm.walk-batch", 10));
    config = Configuration.of(midplane);
  }

  @AfterEach
  void stop() {
    assertThat(midplane.graph().openCalls()).isEmpty();
    midplane.close();
  }

  private Cursor cursor() {
    return config.connect("admin").cursor();
  }

  @Test
  @DisplayName("F1: connect needs a user name, which is recorded; close and commit do nothing")
  void shouldRecordTheUserAndNothingElse() {
    AtomicReference<String> user = new AtomicReference<>();
    agent.with("blue", 7).onAction = (method, context) -> user.set(context.user());
    midplane.spawn(agent, "vlan");

    Connection connection = config.connect("admin");
    connection.cursor().execute(Request.set("vlan").addParam(NAME, "blue").addParam(ID, 8));
    connection.commit();
    connection.close();
    Cursor cursor = connection.cursor();
    cursor.execute(Request.get("vlan").addIndex(NAME, "blue"));

    assertThat(user.get()).isEqualTo("admin").isEqualTo(connection.user());
    assertThat(cursor.connection()).isSameAs(connection);
    assertThat(cursor.fetchOne().value("id")).isEqualTo("8");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT, "user: \" \" (expected: a name)", () -> config.connect(" "));
  }

  @Test
  @DisplayName("F2: execute resets result and description, and empties the same list of messages")
  void shouldForgetTheRequestBefore() {
    agent.with("blue", 7).onAction =
        (method, context) -> {
          if (method.equals("set")) {
            context.notifyCli("halfway");
            context.notifyCli("nearly");
          }
        };
    midplane.spawn(agent, "vlan");
    List<String> printed = Collections.synchronizedList(new ArrayList<>());
    Cursor cursor = config.connect("admin", printed::add).cursor();
    List<String> messages = cursor.messages();

    cursor.execute(Request.set("vlan").addParam(NAME, "red").addParam(ID, 8));
    assertThat(messages).containsExactly("halfway", "nearly").isEqualTo(printed);
    assertThat(cursor.description()).isEmpty();
    assertThat(cursor.fetchOne()).isNull();

    cursor.execute(Request.getNext("vlan").addField("n", NAME));
    assertThat(cursor.messages()).isSameAs(messages).isEmpty();
    assertThat(cursor.description()).containsExactly(new Field("n", NAME, ColumnType.TEXT));
    assertThat(cursor.fetchOne().fields()).isEqualTo(Row.of("n", "blue"));

    cursor.execute(Request.get("vlan").addParam(NAME, "red").addField("i", ID));
    assertThat(cursor).extracting(ResultRow::fields).containsExactly(Row.of("i", "8"));
    assertThat(printed).hasSize(2);
  }

  @Test
  @DisplayName("F2: a request that is refused leaves no result of the one before")
  void shouldForgetTheResultBeforeARefusedRequest() {
    midplane.spawn(agent.with("blue", 7), "vlan");
    Cursor cursor = cursor().execute(Request.getNext("vlan"));

    assertRefused(ErrorCode.NOT_FOUND, () -> cursor.execute(Request.getNext("vlam")));

    assertThat(cursor.fetchOne()).isNull();
    assertThat(cursor.description()).isEmpty();
  }

  @Test
  @DisplayName("F3: no retries and 5 s unless set; an unavailable module is tried n + 1 times")
  void shouldTryAgainWhileTheModuleIsUnavailable() {
    AtomicInteger tries = new AtomicInteger();
    midplane.launch(() -> waiting("missing"), "vlan");
    await().until(() -> !config.tables().isEmpty());
    Cursor cursor = cursor();
    assertThat(cursor.retries()).isZero();
    assertThat(cursor.retryTimeout()).isEqualTo(Duration.ofSeconds(5));

    cursor.retries(3).retryTimeout(Duration.ofMillis(1));
    var refused =
        assertRefused(
            ErrorCode.MODULE_UNAVAILABLE,
            () ->
                new Retries(cursor.retries(), cursor.retryTimeout())
                    .call(() -> {
                      tries.incrementAndGet();
                      return config.get("vlan", "blue");
                    }));
    assertThat(tries.get()).isEqualTo(4);
    assertThat(refused).isInstanceOf(ModuleUnavailable.class);
    assertRefused(ErrorCode.MODULE_UNAVAILABLE, () -> cursor.execute(Request.getNext("vlan")));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT, "retries: -1 (expected: at least 0)", () -> cursor.retries(-1));
    assertRefused(ErrorCode.INVALID_ARGUMENT, () -> cursor.retryTimeout(Duration.ZERO));
  }

  @Test
  @DisplayName("F3: the asynchronous form tries again likewise")
  void shouldTryAgainAsynchronously() {
    AtomicInteger tries = new AtomicInteger();
    midplane.launch(() -> waiting("missing"), "vlan");
    await().until(() -> !config.tables().isEmpty());

    var outcome =
        new Retries(3, Duration.ofMillis(1))
            .callAsync(() -> {
              tries.incrementAndGet();
              return config.getAsync("vlan", "blue");
            })
            .handle((row, failure) -> failure)
            .toCompletableFuture()
            .join();

    assertThat(tries.get()).isEqualTo(4);
    assertThat(unwrapped(outcome)).isInstanceOf(ModuleUnavailable.class);
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private VlanAgent waiting(String dependency) {
    VlanAgent waiting = new VlanAgent().with("blue", 7);
    waiting.declaration = cm -> cm.configDeps(dependency);
    return waiting;
  }

  @Test
  @DisplayName("F3: a retry succeeds once the module is READY, without waiting the whole pause")
  void shouldSucceedOnceTheModuleIsReady() throws Exception {
    midplane.launch(() -> waiting("late"), "vlan");
    await().until(() -> !config.tables().isEmpty());
    CountDownLatch tried = new CountDownLatch(1);
    Thread late =
        Thread.ofVirtual()
            .start(() -> {
              try {
                tried.await();
                midplane.spawn(new VlanAgent(VlanAgent.table("late")), "late");
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            });

    Row row =
        new Retries(1, Duration.ofMinutes(10))
            .call(() -> {
              try {
                return config.get("vlan", "blue");
              } finally {
                tried.countDown();
              }
            });

    assertThat(row).isEqualTo(full("blue", 7));
    late.join();
  }

  @Test
  @DisplayName("F4: whenReady completes when the module is READY, at once if it is")
  void shouldTellWhenTheModuleIsReady() throws Exception {
    AgentHandle handle = midplane.launch(() -> waiting("late"), "vlan");
    await().until(() -> !config.tables().isEmpty());
    var unavailable =
        (ModuleUnavailable)
            assertRefused(ErrorCode.MODULE_UNAVAILABLE, () -> config.get("vlan", "blue"));
    var before = unavailable.whenReady().toCompletableFuture();
    assertThat(before).isNotDone();

    midplane.spawn(new VlanAgent(VlanAgent.table("late")), "late");
    before.get();

    unavailable.whenReady().toCompletableFuture().get();
    unavailable.awaitReady(Duration.ofSeconds(1));
    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
    handle.stop();
    assertThat(unavailable.whenReady().handle((ready, gone) -> gone).toCompletableFuture().get())
        .isNotNull();
  }

  @Test
  @DisplayName("F5: values come under the caller's own names, as text or null")
  void shouldGiveTextUnderTheCallersNames() {
    record Thing(String name, @Nullable Integer size, boolean on, List<Integer> parts) {}
    Table<Thing> things = Table.of("thing", Thing.class).key("name").build();
    MemoryTable<Thing> rows = new MemoryTable<>(things);
    rows.put(new Thing("a", null, true, List.of(1, 2)));
    agent.declaration = cm -> cm.table(things, rows);
    midplane.spawn(agent, "vlan");

    ResultRow row =
        cursor()
            .execute(
                Request.get("thing")
                    .addIndex(Column.of("thing", "name"), "a")
                    .addField("the name", Column.of("thing", "name"))
                    .addField("the size", Column.of("thing", "size"))
                    .addField("is it on", Column.of("thing", "on"))
                    .addField("its parts", Column.of("thing", "parts")))
            .fetchOne();

    assertThat(row.fields())
        .isEqualTo(
            Row.of("the name", "a", "the size", null, "is it on", "true", "its parts", "1,2"));
    assertThat(row.value("the size")).isNull();
    assertThat(row.status()).isEqualTo(RowStatus.SUCCESS);
    assertRefused(
        ErrorCode.NOT_FOUND,
        "field size: not in the request (expected: the name, the size, is it on, its parts)",
        () -> row.value("size"));
  }

  @Test
  @DisplayName("F6: several parameters in one set are one action of the agent")
  void shouldSetSeveralParametersInOneAction() {
    midplane.spawn(agent, "vlan");

    cursor()
        .execute(
            Request.set("vlan")
                .addParam(NAME, "blue")
                .addParam(ID, "7")
                .addParam(PORTS, "1:1,1:2"));

    assertThat(agent.seen).containsOnlyOnce("set blue");
    assertThat(config.get("vlan", "blue").list("ports")).containsExactly("1:1", "1:2");
  }

  @Test
  @DisplayName("F7, B11: a cursor fetches some rows at a time and may be dropped")
  void shouldFetchSomeRowsAtATime() {
    for (int i = 0; i < 1000; i++) {
      agent.with("v%03d".formatted(i), i + 1);
    }
    midplane.spawn(agent, "vlan");

    Cursor cursor = cursor().execute(Request.getNext("vlan").addIndex(NAME).addField("n", NAME));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      ResultRow row = cursor.fetchOne();
      assertThat(row.status()).isEqualTo(RowStatus.MORE);
      names.add(row.value("n"));
    }

    assertThat(names).first().isEqualTo("v000");
    assertThat(names).last().isEqualTo("v014");
    assertThat(agent.seen.stream().filter(line -> line.startsWith("next"))).hasSize(20);
    List<ResultRow> last = new ArrayList<>();
    cursor.execute(Request.getNext("vlan").addIndex(NAME, "v996")).forEach(last::add);
    assertThat(last)
        .extracting(ResultRow::status)
        .containsExactly(RowStatus.MORE, RowStatus.MORE, RowStatus.SUCCESS);
  }

  @Test
  @DisplayName("F8: the asynchronous forms do the same")
  void shouldDoTheSameAsynchronously() {
    midplane.spawn(agent, "vlan");
    Cursor cursor = config.connect("admin").cursor("VR-Mgmt");
    List<String> vrs = Collections.synchronizedList(new ArrayList<>());
    agent.onAction = (method, context) -> vrs.add(String.valueOf(context.vrName()));

    for (int i = 0; i < 25; i++) {
      cursor
          .executeAsync(
              Request.set("vlan").addParam(NAME, "v%02d".formatted(i)).addParam(ID, i + 1))
          .toCompletableFuture()
          .join();
    }
    cursor.executeAsync(Request.getNext("vlan").addField("n", NAME)).toCompletableFuture().join();
    List<String> names = new ArrayList<>();
    ResultRow row = cursor.fetchOneAsync().toCompletableFuture().join();
    while (row != null) {
      names.add(row.value("n"));
      row = cursor.fetchOneAsync().toCompletableFuture().join();
    }
    assertThat(names).hasSize(25).isSorted();

    cursor
        .executeAsync(Request.op("vlan", "delete").addParam(NAME, "v00"))
        .thenCompose(done -> done.executeAsync(Request.get("vlan").addIndex(NAME, "v01")))
        .toCompletableFuture()
        .join();
    assertThat(cursor.fetchOne().value("id")).isEqualTo("2");
    assertThat(config.walk("vlan")).hasSize(24);
    assertThat(vrs).contains("VR-Mgmt");
    assertThat(cursor.vrName()).isEqualTo("VR-Mgmt");
    assertThat(
            cursor
                .vrName(null)
                .executeAsync(Request.get("vlan").addIndex(NAME, "v00"))
                .handle((done, failure) -> unwrapped(failure))
                .toCompletableFuture()
                .join())
        .hasMessage("vlan: no row v00");
  }

  @Test
  void shouldRefuseARequestThatMakesNoSense() {
    midplane.spawn(agent, "vlan");

    assertRefused(
        ErrorCode.UNSUPPORTED,
        "fdb.mac: in a request to table vlan (expected: columns of one table)",
        () -> Request.getNext("vlan").addField("mac", Column.of("fdb", "mac")));
    assertRefused(
        ErrorCode.ALREADY_EXISTS,
        "field n: twice in a request to table vlan",
        () -> Request.getNext("vlan").addField("n", NAME).addField("n", ID));
    assertRefused(
        ErrorCode.ALREADY_EXISTS,
        "parameter vlan.id: twice in a request to table vlan",
        () -> Request.set("vlan").addParam(ID, 1).addParam(ID, 2));
    assertRefused(
        ErrorCode.NOT_FOUND,
        "vlan.colour: no such column (expected: name, id, ports, description)",
        () -> cursor().execute(Request.getNext("vlan").addField("c", Column.of("vlan", "colour"))));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "vlan: no name (expected: a value for name)",
        () -> cursor().execute(Request.get("vlan")));
    cursor().execute(Request.set("vlan").addParam(NAME, "blue").addParam(ID, 7));
    assertThat(config.walk("vlan")).containsExactly(full("blue", 7));
  }
}

package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.midplane.actors.EventId;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.CmAgent;
import io.midplane.cm.CmContext;
import io.midplane.cm.CmEvent;
import io.midplane.cm.Declaration;
import io.midplane.cm.Key;
import io.midplane.cm.Table;
import io.midplane.cm.TableHandler;
import io.midplane.protocol.ClientSettings;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.RemoteEvent;
import io.midplane.protocol.Row;
import io.midplane.protocol.WalkOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime and its configuration through the socket, with the client that users have. */
class NodeServiceTest {

  /** A number and its name; the table is endless and counts how often it is read. */
  public record Number(int number, String name) {}

  private static final Table<Number> NUMBERS =
      Table.of("number", Number.class).key("number").column("name").readOnly().build();

  private static final Table<Number> STUCK =
      Table.of("stuck", Number.class).key("number").column("name").readOnly().build();

  /** Owns the endless table, and one whose get waits until the test or its caller gives up. */
  private static final class NumberAgent extends CmAgent {
    private final AtomicLong reads = new AtomicLong();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CompletableFuture<BooleanSupplier> abandoned = new CompletableFuture<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @Override
    protected void declare(Declaration cm) {
      cm.table(NUMBERS, new Numbers()).parallelGets();
      cm.table(STUCK, new Stuck()).parallelGets();
    }

    private final class Numbers implements TableHandler<Number> {
      @Override
      public Number get(CmContext context, Key key) {
        return number(key.integer(0));
      }

      @Override
      public Number getNext(CmContext context, @Nullable Key after) {
        reads.incrementAndGet();
        context.more();
        return number(after == null ? 0 : after.integer(0) + 1);
      }
    }

    private final class Stuck implements TableHandler<Number> {
      @Override
      public Number get(CmContext context, Key key) throws InterruptedException {
        abandoned.complete(context::isAbandoned);
        entered.countDown();
        release.await();
        return number(key.integer(0));
      }

      @Override
      public @Nullable Number getNext(CmContext context, @Nullable Key after) throws Exception {
        return get(context, Key.of(1));
      }
    }

    private static Number number(long number) {
      return new Number((int) number, "no " + number);
    }
  }

  private final NumberAgent agent = new NumberAgent();
  private NodeUnderTest node;

  @BeforeEach
  void start(@TempDir Path folder) {
    node = new NodeUnderTest(folder, agent, "numbers");
  }

  @AfterEach
  void stop() {
    agent.release.countDown();
    node.close();
  }

  private MidplaneClient connect() {
    return MidplaneClient.connect(node.socket());
  }

  @Test
  void shouldWalkAsFarAsIsReadAndNotFurther() {
    try (var client = connect()) {
      var names = new ArrayList<String>();
      try (var rows = client.configuration().walk("number")) {
        for (Row row : rows) {
          names.add(row.text("name"));
          if (names.size() == 5000) {
            break;
          }
        }
      }

      assertThat(names).startsWith("no 0", "no 1").endsWith("no 4999");
      assertThat(agent.reads.get()).isLessThanOrEqualTo(5000 + 2 * ClientSettings.DEFAULT_CREDITS);
    }
  }

  @Test
  void shouldReleaseTheBackendWhenAClientLeavesMidWalk() {
    var client = connect();
    var rows = client.configuration().walk("number").iterator();
    assertThat(rows.next().integer("number")).isZero();

    client.close();

    await().pollInterval(Duration.ofMillis(50)).untilAsserted(this::assertNobodyReads);
    try (var other = connect()) {
      assertThat(other.configuration().get("number", 7))
          .isEqualTo(Row.of("number", 7, "name", "no 7"));
    }
  }

  private void assertNobodyReads() throws InterruptedException {
    long before = agent.reads.get();
    assertThat(new CountDownLatch(1).await(100, java.util.concurrent.TimeUnit.MILLISECONDS))
        .isFalse();
    assertThat(agent.reads.get()).isEqualTo(before);
  }

  @Test
  void shouldTellAHandlerThatItsClientHasLeft() throws Exception {
    var client = connect();
    var get = client.configuration().getAsync("stuck", 1).toCompletableFuture();
    agent.entered.await();

    client.close();

    await().until(() -> agent.abandoned.get().getAsBoolean());
    assertThatThrownBy(get::join).hasCauseInstanceOf(MidplaneException.class);
  }

  @Test
  void shouldTellAHandlerThatItsWalkerHasLeft() throws Exception {
    var client = connect();
    var walk =
        CompletableFuture.runAsync(() -> client.configuration().walk("stuck").forEach(row -> {}));
    agent.entered.await();

    client.close();

    await().until(() -> agent.abandoned.get().getAsBoolean());
    assertThatThrownBy(walk::join).hasCauseInstanceOf(MidplaneException.class);
  }

  @Test
  void shouldEndACallAtTheClientsDeadline() throws Exception {
    try (var client = connect()) {
      var slow = client.configuration().withTimeout(Duration.ofMillis(50));

      assertThatThrownBy(() -> slow.get("stuck", 1))
          .isInstanceOfSatisfying(
              MidplaneException.class,
              failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TIMED_OUT));
      await().until(() -> agent.abandoned.get().getAsBoolean());
      assertThat(client.configuration().get("number", 3).text("name")).isEqualTo("no 3");
    }
  }

  @Test
  void shouldEndACommandWithFiveAtItsTimeout() {
    var late =
        Cli.at(node.socket()).run("cm", "get", "stuck", "number=1", "--timeout", "2", "--json");

    assertThat(late.status()).isEqualTo(5);
    // The client's deadline and the node's are the same, and either may be the first to say so.
    assertThat(late.err()).matches("midplane: (get stuck|no answer within) .*\\n");
    assertThat(late.out())
        .containsPattern(
            "\"status\":\"ERROR\",\"row\":null,\"message\":\"(get stuck|no answer within) ");
    var walk = Cli.at(node.socket()).run("cm", "walk", "stuck", "--timeout=0.1");
    assertThat(walk.status()).isEqualTo(5);
    assertThat(walk.out()).isEmpty();
  }

  @Test
  void shouldServeTwoClientsThatDoNotDisturbEachOther() throws Exception {
    try (var waiting = connect();
        var other = connect()) {
      var stuck = waiting.configuration().getAsync("stuck", 1).toCompletableFuture();
      agent.entered.await();

      for (int i = 0; i < 100; i++) {
        assertThat(other.configuration().get("number", i).integer("number")).isEqualTo(i);
      }
      agent.release.countDown();

      assertThat(stuck.get().text("name")).isEqualTo("no 1");
    }
  }

  @Test
  void shouldServeManyCallsOfOneClientAtOnce() {
    try (var client = connect()) {
      List<CompletableFuture<Row>> gets = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        gets.add(client.configuration().getAsync("number", i).toCompletableFuture());
      }

      for (int i = 0; i < gets.size(); i++) {
        assertThat(gets.get(i).join().integer("number")).isEqualTo(i);
      }
    }
  }

  @Test
  void shouldRefuseWhileTheModuleIsNotReady() {
    node.midplane().launch(() -> new UnreadyAgent(), "unready");

    await()
        .untilAsserted(() -> {
          var get = Cli.at(node.socket()).run("cm", "get", "later", "number=1", "--json");
          assertThat(get.status()).isEqualTo(3);
          assertThat(get.err()).contains("agent unready").contains("LOADCFG");
          assertThat(get.out()).contains("\"status\":\"ERROR\"");
        });
  }

  /** Never becomes READY. */
  private static final class UnreadyAgent extends CmAgent {
    @Override
    protected void declare(Declaration cm) {
      cm.table(
          Table.of("later", Number.class).key("number").column("name").readOnly().build(),
          new NumberAgent().new Numbers());
    }

    @Override
    protected void onGenerateDefault(CmEvent event) {}
  }

  @Test
  void shouldDropTheOldestEventsOfAWatcherWhoDoesNotRead() {
    try (var client =
            MidplaneClient.connect(ClientSettings.defaults().socket(node.socket()).credits(4));
        var events = client.watch("tick")) {
      for (int i = 1; i <= 1000; i++) {
        node.midplane().events().publish(EventId.parse("tick"), Row.of("no", i));
      }

      var seen = new ArrayList<Long>();
      for (RemoteEvent event : events) {
        seen.add(event.data().integer("no"));
        if (event.data().integer("no") == 1000) {
          break;
        }
      }

      assertThat(seen).isSorted().doesNotHaveDuplicates().endsWith(1000L);
      assertThat(seen.size() + events.dropped()).isEqualTo(1000);
    }
  }

  @Test
  void shouldEndSubscriptionsWithTheirClient() {
    var client = connect();
    var events = client.watch("");

    client.close();

    assertThatThrownBy(() -> events.iterator().next()).isInstanceOf(MidplaneException.class);
    assertThat(node.midplane().state()).isNotNull();
  }

  @Test
  void shouldPageFromANamedKeyAndByValues() {
    try (var client = connect()) {
      var byName =
          client
              .configuration()
              .walk("number", WalkOptions.all().after(Row.of("number", 41)).max(1));
      var byValue = client.configuration().walk("number", WalkOptions.all().after(41).max(1));

      assertThat(byName.iterator().next().integer("number")).isEqualTo(42);
      assertThat(byValue.iterator().next().integer("number")).isEqualTo(42);
    }
  }
}

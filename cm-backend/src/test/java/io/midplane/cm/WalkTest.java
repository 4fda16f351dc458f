package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static io.midplane.cm.VlanAgent.full;
import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.actors.AgentHandle;
import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.actors.ProcessState;
import io.midplane.calls.ErrorCode;
import io.midplane.protocol.Row;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WalkTest {

  record Number(long number, String text) {}

  private static final Table<Number> NUMBERS =
      Table.of("number", Number.class).key("number").column("text", Default.of("")).build();

  /** Counts how often it is asked for a row. */
  private static final class Numbers extends CmAgent {
    private final AtomicInteger asked = new AtomicInteger();
    private final MemoryTable<Number> rows =
        new MemoryTable<>(NUMBERS) {
          @Override
          public @Nullable Number getNext(CmContext context, @Nullable Key after) throws Exception {
            asked.incrementAndGet();
            return super.getNext(context, after);
          }
        };

    Numbers with(int count) {
      for (int i = 0; i < count; i++) {
        rows.put(new Number(i, "number " + i));
      }
      return this;
    }

    @Override
    protected void declare(Declaration cm) {
      cm.table(NUMBERS, rows);
    }
  }

  private final Numbers agent = new Numbers();
  private Midplane midplane;
  private Configuration config;

  private void start(int walkBatch) {
    midplane =
        Midplane.start(MidplaneSettings.defaults().with("midplane.cm.walk-batch", walkBatch));
    config = Configuration.of(midplane);
    midplane.spawn(agent, "number");
  }

  @AfterEach
  void stop() {
    assertThat(midplane.graph().openCalls()).isEmpty();
    midplane.close();
  }

  @Test
  @DisplayName("F7: 100 000 rows are fetched as they are read, never more than one batch ahead")
  void shouldNotHoldTheTableInMemory() {
    start(100);
    agent.with(100_000);

    int read = 0;
    int most = 0;
    for (Row row : config.walk("number")) {
      assertThat(row.integer("number")).isEqualTo(read);
      read++;
      most = Math.max(most, agent.asked.get() - read);
    }

    assertThat(read).isEqualTo(100_000);
    assertThat(agent.asked.get()).isEqualTo(100_000);
    assertThat(most).isLessThan(100);
  }

  @Test
  @DisplayName("F7: stopping early asks the agent for nothing more, and it serves others at once")
  void shouldReleaseTheBackendWhenStoppedEarly() {
    start(100);
    agent.with(100_000);

    assertThat(config.walk("number").stream().limit(150)).hasSize(150);
    try (Walk walk = config.walk("number")) {
      Iterator<Row> rows = walk.iterator();
      assertThat(rows.next().integer("number")).isZero();
    }

    assertThat(agent.asked.get()).isEqualTo(300);
    assertThat(midplane.graph().openCalls()).isEmpty();
    config.set("number", Row.of("number", -1));
    assertThat(config.page("number", null, 1).rows()).hasSize(1);
    assertThat(agent.asked.get()).isEqualTo(301);
  }

  @Test
  void shouldAskForNoMoreRowsThanAreWanted() {
    start(100);
    agent.with(1000);

    assertThat(config.walk("number", WalkOptions.all().max(130))).hasSize(130);
    assertThat(agent.asked.get()).isEqualTo(130);
    assertThat(config.walk("number", WalkOptions.all().after(997))).hasSize(2);
    assertThat(config.walk("number", WalkOptions.all().after(5000))).isEmpty();
    assertThat(
            config.walk(
                "number", WalkOptions.all().after(config.key("number", Row.of("number", "998")))))
        .hasSize(1);
  }

  @Test
  void shouldAnswerNoMoreThanTheMostRowsAPageMayHave() {
    start(100);
    agent.with(BoundTable.MAX_ROWS + 1);

    Page page = config.page("number", null, Integer.MAX_VALUE);

    assertThat(page.rows()).hasSize(BoundTable.MAX_ROWS);
    assertThat(page.more()).isTrue();
  }

  @Test
  @DisplayName(
      "B9: rows that come and go meanwhile: none is seen twice, none that stays is missed, it ends")
  void shouldWalkOverATableThatChanges() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    start(3);
    for (int run = 0; run < 100; run++) {
      walkWhileChanging(random, "seed " + seed + " run " + run);
    }
  }

  private void walkWhileChanging(Random random, String trace) {
    agent.rows.clear();
    Set<Long> steady = new TreeSet<>();
    Set<Long> ever = new TreeSet<>();
    for (long i = 0; i < 60; i++) {
      if (random.nextBoolean()) {
        agent.rows.put(new Number(i, ""));
        steady.add(i);
        ever.add(i);
      }
    }
    List<Long> seen = new ArrayList<>();
    Iterator<Row> rows = config.walk("number").iterator();
    while (rows.hasNext()) {
      seen.add(rows.next().integer("number"));
      long changed = random.nextInt(60);
      if (random.nextBoolean()) {
        agent.rows.put(new Number(changed, ""));
        ever.add(changed);
      } else {
        agent.rows.remove(Key.of(changed));
        steady.remove(changed);
      }
    }

    assertThat(seen).describedAs(trace).isSorted().doesNotHaveDuplicates();
    assertThat(ever).describedAs(trace).containsAll(seen);
    assertThat(seen).describedAs(trace).containsAll(steady);
  }

  @Test
  @DisplayName("B9: a walk over rows that are added without end runs no further than its reader")
  void shouldNotRunAheadOfItsReader() {
    start(10);
    agent.with(11);
    long next = 11;

    Iterator<Row> rows = config.walk("number").iterator();
    for (int i = 0; i < 200; i++) {
      assertThat(rows.next().integer("number")).isEqualTo(i);
      agent.rows.put(new Number(next++, ""));
    }

    assertThat(agent.asked.get()).isLessThanOrEqualTo(210);
  }

  @Test
  void shouldRefuseToReadAClosedWalk() {
    start(10);
    agent.with(5);
    Walk walk = config.walk("number");
    Iterator<Row> rows = walk.iterator();
    assertThat(rows.next().integer("number")).isZero();

    walk.close();

    assertRefused(ErrorCode.CLOSED, "walk of number: closed; begin a new one", () -> rows.next());
  }

  @Test
  void shouldGoOnWalkingAfterARestartOfTheAgent() {
    midplane = Midplane.start(MidplaneSettings.defaults().with("midplane.cm.walk-batch", 2));
    config = Configuration.of(midplane);
    AgentHandle handle =
        midplane.spawn(() -> new VlanAgent().with("a", 1).with("b", 2).with("c", 3), "vlan");
    Iterator<Row> rows = config.walk("vlan").iterator();
    assertThat(List.of(rows.next(), rows.next())).containsExactly(full("a", 1), full("b", 2));

    handle.restart();
    Awaitility.await().until(() -> handle.restarts() == 1 && handle.state() == ProcessState.READY);

    assertThat(rows.next()).isEqualTo(full("c", 3));
    assertThat(rows.hasNext()).isFalse();
  }
}

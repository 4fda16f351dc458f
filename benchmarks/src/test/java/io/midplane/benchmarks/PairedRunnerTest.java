package io.midplane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PairedRunnerTest {
  private static final Effort EFFORT =
      new Effort(Duration.ofMillis(10), Duration.ofNanos(100_000), 5, 1);

  /** Time passes only where work is done. */
  private final AtomicLong clock = new AtomicLong();

  private final List<String> order = new ArrayList<>();

  @Test
  void shouldRunBothSidesInTurn() throws Exception {
    new PairedRunner(EFFORT, clock::get).run(work("ours", 100), work("peer", 200));

    assertThat(order).hasSizeGreaterThanOrEqualTo(2 * (1 + EFFORT.rounds()));
    for (int i = 0; i < order.size(); i++) {
      assertThat(order.get(i)).startsWith(i % 2 == 0 ? "ours" : "peer");
    }
  }

  @Test
  void shouldSayWhatOneOperationTook() throws Exception {
    var pair = new PairedRunner(EFFORT, clock::get).run(work("ours", 100), work("peer", 200));

    assertThat(pair.ours().runs()).isEqualTo(EFFORT.rounds());
    assertThat(pair.ours().median()).isEqualTo(100);
    assertThat(pair.peer().median()).isEqualTo(200);
    assertThat(pair.in(Unit.CALLS_PER_SECOND).ours().median()).isEqualTo(10_000_000);
  }

  @Test
  void shouldFillARoundWithAsManyOperationsAsTakeItsTime() throws Exception {
    new PairedRunner(EFFORT, clock::get).run(work("ours", 100), work("peer", 20_000));

    assertThat(order).endsWith("ours 1000", "peer 5");
  }

  @Test
  void shouldEndWithTheErrorOfASide() {
    var runner = new PairedRunner(EFFORT, clock::get);

    assertThatThrownBy(() ->
            runner.run(
                work("ours", 100),
                operations -> {
                  throw new IllegalStateException("broken on purpose");
                }))
        .hasMessage("broken on purpose");
  }

  private PairedRunner.Work work(String side, long nanosEach) {
    return operations -> {
      order.add(side + " " + operations);
      clock.addAndGet(operations * nanosEach);
    };
  }
}

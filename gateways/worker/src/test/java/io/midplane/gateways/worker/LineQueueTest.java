package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Lines for somebody who is slow; the test runs what the queue wants run. */
class LineQueueTest {
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final List<String> taken = new ArrayList<>();
  private final LineQueue queue = new LineQueue(work::add, taken::add);

  private void runAll() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  @Test
  void shouldGiveLinesInOrderByOneTaskAtATime() {
    queue.add("a");
    queue.add("b");
    assertThat(work).hasSize(1);
    runAll();
    queue.add("c");
    runAll();

    assertThat(taken).containsExactly("a", "b", "c");
  }

  @Test
  @DisplayName("G59 what is too much is lost and counted; nobody waits")
  void shouldCountWhatIsLost() {
    for (int i = 0; i < 10_007; i++) {
      queue.add("line " + i);
    }
    runAll();
    assertThat(taken).hasSize(10_000).endsWith("line 9999");

    queue.add("later");
    runAll();

    assertThat(taken)
        .endsWith("(7 lines lost here: they came faster than they were taken)", "later");
  }
}

package io.midplane.examples.deadlocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlocksTest {

  @Test
  void shouldShowARefusalOfEachLevel() {
    List<String> lines = new ArrayList<>();

    Deadlocks.run(lines::add);

    assertThat(lines)
        .satisfiesExactly(
            line -> assertThat(line).contains("deadlock L0", "impatient", "callAsync()"),
            line -> assertThat(line).contains("deadlock L1", "hermit"),
            line -> assertThat(line).contains("deadlock L2", "fdb → vlan", "vlan", "get blue"),
            line -> assertThat(line).contains("deadlock L3", "east", "west"),
            line -> assertThat(line).contains("deadlock L5", "upper", "lower"));
  }
}

package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random call graphs, step by step, against an oracle that plays the world out. {@code
 * -Dmidplane.calls.random=1000000} judges that many calls, {@code -Dmidplane.calls.seed} repeats a
 * run.
 */
@DisplayName("The graph refuses exactly the calls that would hang")
class RandomGraphTest {
  private static final long CALLS = Long.getLong("midplane.calls.random", 20_000);
  private static final long SEED = Long.getLong("midplane.calls.seed", System.nanoTime());

  @Test
  @DisplayName("C10: none missed and none accused falsely")
  void shouldAgreeWithTheOracle() {
    GraphDriver driver = new GraphDriver(SEED, GraphDriver.Fault.NONE).run(CALLS);

    System.out.printf(
        "random graphs: %d calls judged, %d refused, %d missed, %d false; seed %d%n",
        driver.judged, driver.refused, driver.missed, driver.falselyRefused, SEED);
    assertThat(driver.missed).as("missed, seed %d", SEED).isZero();
    assertThat(driver.falselyRefused).as("falsely refused, seed %d", SEED).isZero();
    assertThat(driver.refused).as("refused, seed %d", SEED).isGreaterThan(CALLS / 200);
  }

  @Test
  void shouldNoticeAMissingEdge() {
    GraphDriver driver = new GraphDriver(SEED, GraphDriver.Fault.EDGE_DROPPED).run(20_000);

    assertThat(driver.missed).as("seed %d", SEED).isPositive();
  }

  @Test
  void shouldNoticeAnEdgeThatStays() {
    GraphDriver driver = new GraphDriver(SEED, GraphDriver.Fault.EDGE_KEPT).run(20_000);

    assertThat(driver.falselyRefused).as("seed %d", SEED).isPositive();
  }
}

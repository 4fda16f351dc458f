package io.midplane.packet.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How drops are added up, and how often they are told. */
class DropTallyTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  @DisplayName("30: readings of 32 bits add up beyond 32 bits")
  void shouldAddUpBeyond32Bits() {
    var tally = new DropTally(0);

    tally.add(-1);
    tally.add(-1);
    tally.add(Integer.MIN_VALUE);
    tally.add(5);

    assertThat(tally.total()).isEqualTo(2 * 4_294_967_295L + 2_147_483_648L + 5);
  }

  @Test
  @DisplayName("31: drops are told at once, and then once a second with what came since")
  void shouldTellOnceASecond() {
    long start = Long.MAX_VALUE - 5; // such clocks run over
    var tally = new DropTally(start);
    assertThat(tally.untilTelling(start)).isEqualTo(Long.MAX_VALUE);
    tally.expect();
    tally.add(7);
    assertThat(tally.untilTelling(start)).isZero();

    assertThat(tally.tell(start)).isEqualTo(7);

    tally.add(1);
    tally.add(2);
    assertThat(tally.untilTelling(start)).isEqualTo(SECOND);
    assertThat(tally.untilTelling(start + SECOND - 1)).isEqualTo(1);
    assertThat(tally.untilTelling(start + SECOND)).isZero();
    assertThat(tally.tell(start + SECOND)).isEqualTo(3);
    assertThat(tally.tell(start + 2 * SECOND)).isZero();
    assertThat(tally.total()).isEqualTo(10);
  }

  @Test
  @DisplayName(
      "27, 31: a drop that is counted only after the ring was emptied and read is told too")
  void shouldReadOnceMoreAfterTheLastFrame() {
    var tally = new DropTally(0);
    tally.expect();
    assertThat(tally.tell(0)).isZero();

    assertThat(tally.untilTelling(1)).isEqualTo(SECOND - 1);
    tally.add(1);
    assertThat(tally.tell(SECOND)).isEqualTo(1);

    assertThat(tally.untilTelling(5 * SECOND)).isEqualTo(Long.MAX_VALUE);
  }
}

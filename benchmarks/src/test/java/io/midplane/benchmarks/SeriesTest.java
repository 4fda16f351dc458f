package io.midplane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void shouldTakeTheValueInTheMiddle() {
    assertThat(Series.of(3, 1, 1000).median()).isEqualTo(3);
    assertThat(Series.of(4, 1, 1000, 2).median()).isEqualTo(3);
    assertThat(Series.of(7).median()).isEqualTo(7);
  }

  @Test
  void shouldTakeTheNearestRankOfAQuantile() {
    Series hundred = Series.of(IntStream.rangeClosed(1, 100).asDoubleStream().toArray());

    assertThat(hundred.quantile(0.99)).isEqualTo(99);
    assertThat(hundred.quantile(0.25)).isEqualTo(25);
    assertThat(hundred.quantile(1)).isEqualTo(100);
    assertThat(hundred.quantile(0)).isEqualTo(1);
  }

  @Test
  void shouldSayHowFarTheMiddleHalfLiesApart() {
    assertThat(Series.of(8, 10, 10, 12).spread()).isEqualTo(0.2);
    assertThat(Series.of(5, 5, 5).spread()).isZero();
    assertThat(Series.of(0, 0, 0).spread()).isZero();
  }

  @Test
  void shouldKeepTheMedianWhenUnitsTurnTheOrderRound() {
    Series nanos = Series.of(100, 200, 400);

    assertThat(nanos.map(Unit.CALLS_PER_SECOND::of).median()).isEqualTo(5_000_000);
    assertThat(nanos.map(Unit.MICROSECONDS::of).quantile(1)).isEqualTo(0.4);
  }

  @Test
  void shouldRefuseToSpeakOfNoRuns() {
    assertThatThrownBy(Series::of).hasMessage("values: none (expected: 1 or more)");
  }
}

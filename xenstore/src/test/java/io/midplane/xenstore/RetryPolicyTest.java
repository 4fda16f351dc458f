package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final RetryPolicy POLICY = RetryPolicy.defaults();

  @Test
  @DisplayName("XC30: pauses are drawn below a bound that doubles, up to the longest")
  void shouldPauseLongerEachTimeAndNeverTheSame() {
    for (int failed = 1; failed <= 50; failed++) {
      int attempt = failed;
      long bound = Math.min(1_000_000L << Math.min(failed - 1, 30), 100_000_000);

      LongStream drawn = LongStream.generate(() -> POLICY.pauseNanos(attempt)).limit(1000);
      LongSummaryStatistics pauses = drawn.summaryStatistics();

      assertThat(pauses.getMin()).as("after attempt %s", failed).isBetween(0L, bound / 2);
      assertThat(pauses.getMax()).as("after attempt %s", failed).isBetween(bound / 2, bound);
    }
  }

  @Test
  @DisplayName("XC30: no attempt at all, and a pause longer than the longest, are refused")
  void shouldRefuseWhatCannotBe() {
    assertThatThrownBy(() -> POLICY.attempts(0))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("attempts: 0 (expected: 1 or more)");
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new RetryPolicy(1, second, Duration.ZERO, attempt -> {}))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("firstPause");
  }
}

package io.midplane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.benchmarks.Measurement.Peer;
import org.junit.jupiter.api.Test;

class MeasurementTest {

  @Test
  void shouldPrintTheLineThatScriptsRead() {
    var measurement =
        new Measurement(
            "calls",
            "sync-call",
            Unit.MICROSECONDS,
            Series.of(7.5, 8.123456, 9),
            new Peer("Akka ask + get", Series.of(8)));

    assertThat(measurement.toJson())
        .isEqualTo(
            """
            {"bench":"calls","case":"sync-call","unit":"us","ours":8.1235,"peer":8,\
            "peer_name":"Akka ask + get","ratio":1.0154,"runs":3}\
            """);
  }

  @Test
  void shouldPrintNullsWithoutAPeer() {
    var measurement =
        new Measurement("cm", "walk", Unit.ROWS_PER_SECOND, Series.of(1_234_567), null);

    assertThat(measurement.toJson())
        .isEqualTo(
            """
            {"bench":"cm","case":"walk","unit":"rows/s","ours":1234600,"peer":null,\
            "peer_name":null,"ratio":null,"runs":1}\
            """);
  }

  @Test
  void shouldHaveNoRatioToNothing() {
    var measurement =
        new Measurement(
            "packet", "lost", Unit.PERCENT, Series.of(0.5), new Peer("C", Series.of(0)));

    assertThat(measurement.ratio()).isNull();
    assertThat(measurement.toJson()).contains("\"peer\":0,", "\"ratio\":null");
  }
}

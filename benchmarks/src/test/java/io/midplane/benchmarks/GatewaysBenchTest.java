package io.midplane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each case of the gateways for a moment: that it works, and that both sides do the same. */
@Tag("peer")
class GatewaysBenchTest {

  @Test
  void shouldMeasureEachFigure() throws Exception {
    if (System.getenv("CI") == null) {
      assumeTrue(
          Files.exists(Path.of("/usr/lib/python3/dist-packages/execnet")),
          "python3-execnet is not installed");
    }
    for (Case figure : GatewaysSuite.create().cases()) {
      List<Measurement> measured = figure.measure(Effort.QUICK);

      assertThat(measured).isNotEmpty().allMatch(m -> m.ratio() != null && m.ratio() > 0);
    }
  }
}

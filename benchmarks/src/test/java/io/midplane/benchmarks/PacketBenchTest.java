package io.midplane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each case of the packet suite for a moment: that it works, and that both sides do the same. */
@Tag("peer")
class PacketBenchTest {

  @Test
  void shouldMeasureEachFigure() throws Exception {
    if (System.getenv("CI") == null) {
      assumeTrue(
          Files.exists(Path.of("/usr/lib/python3/dist-packages/scapy")),
          "python3-scapy is not installed");
      assumeTrue(isRoot(), "network namespaces take root");
    }
    for (Case figure : PacketSuite.create().cases()) {
      List<Measurement> measured = figure.measure(Effort.QUICK);

      assertThat(measured).isNotEmpty();
      assertThat(measured.getFirst().ours().median()).as(figure.name()).isPositive();
    }
  }

  private static boolean isRoot() throws Exception {
    return PacketLab.run("id", "-u").strip().equals("0");
  }
}

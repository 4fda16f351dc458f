package io.midplane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each case of XenStore for a moment: that it works, with the peers and without. */
class XenStoreBenchTest {
  private static final List<Case> CASES = XenStoreSuite.create().cases();

  @Test
  @Tag("peer")
  @Tag("slow")
  @DisplayName("XC45, XS29 to XS34: each figure is measured, beside the peers")
  void shouldMeasureEachFigure() throws Exception {
    if (System.getenv("CI") == null) {
      XenStorePeers peers = XenStorePeers.find();
      assumeTrue(peers != null && peers.hasPyxs(), "XenStore peers" + XenStorePeers.MISSING);
    }
    for (Case figure : CASES) {
      List<Measurement> measured = figure.measure(Effort.QUICK);

      assertThat(measured).as(figure.name()).isNotEmpty();
      if (!(figure instanceof StoreMemory)) {
        assertThat(measured)
            .as(figure.name())
            .allMatch(m -> m.ratio() != null && m.ratio() > 0 && m.ours().median() > 0);
      }
    }
  }

  @Test
  void shouldMeasureOursAloneWithoutPeersAndSaySo() throws Exception {
    List<Measurement> rates = only(StoreRate.class, "server-read").measure(Effort.QUICK, null);
    List<Measurement> values = only(StoreValues.class, "watch").measure(Effort.QUICK, null);

    assertThat(rates).hasSize(1);
    assertThat(values).hasSize(2);
    assertThat(rates.getFirst().toJson())
        .contains("\"peer\":null,\"peer_name\":\"C 4.17 (not installed: testkit/peers/")
        .endsWith("\"ratio\":null,\"runs\":5}");
    assertThat(values).allMatch(m -> m.ratio() == null && m.ours().median() > 0);
  }

  @Test
  void shouldCompareWithTheCDaemonInTheStateInWhichItCrawls() {
    assertThat(CASES)
        .extracting(Case::name)
        .doesNotHaveDuplicates()
        .contains("idle", "idle-c", "watches", "watches-c", "rmw-100000", "rmw-100000-c");
  }

  private static <T extends Case> T only(Class<T> type, String name) {
    return CASES.stream()
        .filter(figure -> figure.name().equals(name))
        .map(type::cast)
        .findFirst()
        .orElseThrow();
  }
}

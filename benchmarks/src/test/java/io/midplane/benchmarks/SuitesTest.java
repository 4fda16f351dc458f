package io.midplane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuitesTest {
  private final Suites suites = Suites.create();

  @Test
  void shouldNameEachCaseOnceInItsSuite() {
    assertThat(suites.entries())
        .extracting(entry -> entry.suite().name() + "/" + entry.figure().name())
        .doesNotHaveDuplicates()
        .contains("calls/sync-call", "calls/cycle", "cm/walk", "cm/shell-get", "gateways/dumps");
  }

  @Test
  void shouldSelectBySuiteByCaseAndByBoth() {
    assertThat(names("cm")).startsWith("get", "set", "walk");
    assertThat(names("tell", "cm/walk")).containsExactly("tell", "walk");
    assertThat(names("calls", "tell")).as("each once").doesNotHaveDuplicates().contains("tell");
  }

  @Test
  void shouldRefuseANameThatIsNeither() {
    assertThatThrownBy(() -> names("cm", "nonsense"))
        .hasMessage("nonsense: neither a suite nor a case; midplane bench list shows them");
  }

  private List<String> names(String... chosen) {
    return suites.named(List.of(chosen)).stream().map(entry -> entry.figure().name()).toList();
  }
}

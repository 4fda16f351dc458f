package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Command lines that are wrong, and help. No node runs. */
class UsageTest {
  private final Cli cli = new Cli(Map.of("MIDPLANE_SOCKET", "/nowhere/midplane.sock"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | nonsense: no such command (expected: node, cm, config, | midplane",
        "cm nonsense | nonsense: no such command (expected: tables, get, walk, set, op) | midplane"
            + " cm",
        "cm nonsense now | nonsense: no such command | midplane cm",
        "cm get | TABLE | midplane cm get",
        "cm get lamp | KEY=VALUE | midplane cm get",
        "cm get lamp desk | desk | midplane cm get",
        "cm get lamp =desk | =desk | midplane cm get",
        "cm get lamp a=1 a=2 | given twice | midplane cm get",
        "cm get lamp a=1 --frobnicate | --frobnicate | midplane cm get",
        "cm get lamp a=1 --vr | --vr | midplane cm get",
        "cm walk lamp --max 0 | 0 (expected: | midplane cm walk",
        "cm walk lamp --max=many | many | midplane cm walk",
        "cm get lamp a=1 --timeout 0 | 0.0 (expected: 0.001 to | midplane cm get",
        "config save --timeout=soon | soon | midplane config save",
        "node status --timeout NaN | NaN (expected: | midplane node status",
        "cm get lamp a=1 --data= | --data | midplane cm get",
        "cm --socket= get lamp a=1 | --socket | midplane cm",
        "cm tables lamp | lamp: more than this command takes | midplane cm tables",
        "config use | NAME | midplane config use",
        "config diff a b c d | c, d: more than this command takes | midplane config diff",
        "script | FILE.java | midplane script",
      })
  void shouldRefuseWithOneLine(String line, String named, String command) {
    var refused = cli.run(line.split(" "));

    assertThat(refused.err())
        .startsWith("midplane: ")
        .contains(named)
        .endsWith("; see: " + command + " --help\n");
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.status()).isEqualTo(2);
  }

  @Test
  void shouldPrintHelpAsAnErrorForAGroupAlone() {
    var nothing = cli.run();
    var group = cli.run("config");

    assertThat(nothing.err()).startsWith("Usage: midplane ").contains("  script ");
    assertThat(group.err()).startsWith("Usage: midplane config ").contains("  diff ");
    assertThat(nothing.status()).isEqualTo(2);
    assertThat(group.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "--help, Usage: midplane [",
    "-h, Usage: midplane [",
    "cm --help, Usage: midplane cm [",
    "cm get -h, Usage: midplane cm get [",
    "config save --help, Usage: midplane config save [",
    "node start --help, Usage: midplane node start [",
    "script --help, Usage: midplane script [",
  })
  void shouldPrintHelp(String line, String firstLine) {
    var help = cli.run(line.split(" "));

    assertThat(help.lines().getFirst()).startsWith(firstLine);
    assertThat(help.out()).contains("--socket=PATH");
    assertThat(help.err()).isEmpty();
    assertThat(help.status()).isZero();
  }

  @Test
  void shouldPrintTheVersion() {
    assertThat(cli.run("--version").out()).isEqualTo("midplane " + Version.TEXT + "\n");
    assertThat(cli.run("cm", "get", "-V").out()).isEqualTo("midplane " + Version.TEXT + "\n");
  }

  @Test
  void shouldTakeWhatFollowsTwoDashesAsWords() {
    var get = cli.run("cm", "get", "--", "lamp", "--x=1");

    assertThat(get.status()).isEqualTo(3); // understood, and then no node was there
  }

  @Test
  void shouldShowTheStackOnlyWhenAsked() {
    assertThat(cli.run("node", "status").err().lines()).hasSize(1);
    assertThat(cli.run("node", "status", "--debug").err()).contains("\tat io.midplane.");
  }

  @Test
  void shouldFindTheNodeByOptionBeforeEnvironment() {
    Cli both = cli.with("MIDPLANE_DATA", "/elsewhere");

    assertThat(both.run("node", "status").err()).contains("/nowhere/midplane.sock");
    assertThat(both.run("node", "status", "--data", "/here").err()).contains("/here/midplane.sock");
    assertThat(both.run("node", "status", "--data", "/here", "--socket", "/s").err())
        .contains("no node at /s:");
    assertThat(new Cli(Map.of("XDG_STATE_HOME", "/x")).run("node", "status").err())
        .contains("/x/midplane/midplane.sock");
    assertThat(new Cli(Map.of("HOME", "/h")).run("node", "status").err())
        .contains("/h/.local/state/midplane/midplane.sock");
  }
}

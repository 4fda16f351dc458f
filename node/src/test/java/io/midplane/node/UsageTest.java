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
      quoteCharacter = '`',
      value = {
        "nonsense | \"nonsense\": no such command; see: midplane --help",
        "cm nonsense | \"nonsense\": no such command; see: midplane cm --help",
        "cm get | TABLE: missing; see: midplane cm get --help",
        "cm get lamp | KEY=VALUE: missing; see: midplane cm get --help",
        "cm get lamp desk | \"desk\": no column (expected: KEY=VALUE); see: midplane cm get --help",
        "cm get lamp =desk | \"=desk\": no column (expected: KEY=VALUE); see: midplane cm get"
            + " --help",
        "cm get lamp a=1 a=2 | column a: given twice (expected: once); see: midplane cm get --help",
        "cm get lamp a=1 --frobnicate | --frobnicate: no such option; see: midplane cm get --help",
        "cm get lamp a=1 -x | -x: no such option; see: midplane cm get --help",
        "cm get lamp a=1 --vr | --vr: VR missing; see: midplane cm get --help",
        "cm get lamp a=1 --vr a --vr b | --vr: given twice (expected: once); see: midplane cm get"
            + " --help",
        "cm get lamp a=1 --json=yes | --json: takes no value; see: midplane cm get --help",
        "cm walk lamp --max 0 | --max: 0 (expected: a number of at least 1); see: midplane cm walk"
            + " --help",
        "cm walk lamp --max=many | --max: many (expected: a number of at least 1); see: midplane cm"
            + " walk --help",
        "cm walk lamp more | \"more\": one word too many; see: midplane cm walk --help",
        "cm tables lamp | \"lamp\": one word too many; see: midplane cm tables --help",
        "config use | NAME: missing; see: midplane config use --help",
        "config diff a b c | \"c\": one word too many; see: midplane config diff --help",
        "script | FILE.java: missing; see: midplane script --help",
        "node status --data= | --data: empty (expected: a path); see: midplane node status --help",
      })
  void shouldRefuseWithOneLine(String line, String message) {
    var refused = cli.run(line.split(" "));

    assertThat(refused.err()).isEqualTo("midplane: " + message + "\n");
    assertThat(refused.out()).isEmpty();
    assertThat(refused.status()).isEqualTo(2);
  }

  @Test
  void shouldPrintHelpAsAnErrorForAGroupAlone() {
    var nothing = cli.run();
    var group = cli.run("config");

    assertThat(nothing.err()).startsWith("usage: midplane COMMAND …").contains("\n  script ");
    assertThat(group.err()).startsWith("usage: midplane config COMMAND …").contains("\n  diff ");
    assertThat(nothing.status()).isEqualTo(2);
    assertThat(group.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "--help, usage: midplane COMMAND …",
    "-h, usage: midplane COMMAND …",
    "cm --help, usage: midplane cm COMMAND …",
    "cm get -h, usage: midplane cm get TABLE KEY=VALUE… [--vr VR]",
    "--help cm walk, usage: midplane cm walk TABLE [--vr VR] [--after KEY=VALUE]… [--max N]",
    "config save --help, usage: midplane config save [NAME]",
    "node start --help, usage: midplane node start [--config FILE] [--agent CLASS[=NAME]]… [--name"
        + " NAME]",
    "script --help, usage: midplane script FILE.java [ARG…]",
  })
  void shouldPrintHelp(String line, String firstLine) {
    var help = cli.run(line.split(" "));

    assertThat(help.lines().getFirst()).isEqualTo(firstLine);
    assertThat(help.out()).contains("--socket PATH").contains("Exit status: 0 done");
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

package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Complex;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.FrozenSet;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.wire.ValueSet;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway commands with Python and Java workers of this machine. */
@Tag("peer")
@Timeout(120)
class GatewayCommandsTest {
  private static final String PYTHON = "popen//python=python3";
  private final Cli cli = new Cli(Map.of());

  @BeforeAll
  static void requirePython() {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(
          Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3"))),
          "python3 is not installed");
    }
  }

  @Test
  void shouldPrintItemsOfEachGateway() {
    Cli.Result result =
        cli.run(
            "gateway",
            "exec",
            PYTHON,
            PYTHON + "//id=other",
            "-e",
            "channel.send(channel.receive())\nchannel.send(channel.receive())",
            "--send",
            "[1,null]",
            "--send",
            "{\"tuple\":[{\"bytes\":\"AP8=\"},{\"set\":[2]}]}");

    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.lines())
        .containsExactlyInAnyOrder(
            "{\"gateway\":\"gw0\",\"item\":[1,null]}",
            "{\"gateway\":\"gw0\",\"item\":{\"tuple\":[{\"bytes\":\"AP8=\"},{\"set\":[2]}]}}",
            "{\"gateway\":\"other\",\"item\":[1,null]}",
            "{\"gateway\":\"other\",\"item\":{\"tuple\":[{\"bytes\":\"AP8=\"},{\"set\":[2]}]}}");
  }

  @Test
  void shouldRunAJavaFileAndShowItsError(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("Fails.java"),
            "channel.send(\"before\");\nthrow new IllegalStateException(\"on purpose\");");

    Cli.Result result = cli.run("gateway", "exec", "inproc", "-f", file.toString());

    assertThat(result.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(result.out()).isEqualTo("{\"gateway\":\"gw0\",\"item\":\"before\"}\n");
    assertThat(result.err())
        .contains("File \"" + file + "\", line 2")
        .contains("IllegalStateException: on purpose");
  }

  @Test
  void shouldGiveUpInTime() {
    Cli.Result result =
        cli.run("gateway", "exec", PYTHON, "-e", "channel.receive()", "--timeout", "0.2");

    assertThat(result.status()).isEqualTo(ExitStatus.TIMED_OUT);
  }

  @Test
  void shouldRefuseWrongCommandLines() {
    assertThat(cli.run("gateway", "exec", PYTHON).status()).isEqualTo(ExitStatus.USAGE);
    assertThat(cli.run("gateway", "exec", "-e", "1").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(cli.run("gateway", "exec", PYTHON, "-e", "1", "--send", "{").err())
        .contains("--send: { (expected: JSON)");
    Cli.Result unknown = cli.run("gateway", "exec", "nowhere", "-e", "1");
    assertThat(unknown.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(unknown.err()).contains("spec nowhere: no type of gateway");
    Cli.Result missing = cli.run("gateway", "exec", "inproc", "-f", "/no/such");
    assertThat(missing.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(missing.err()).contains("file /no/such: not found");
  }

  @Test
  void shouldShowWhereWorkersRun() {
    Cli.Result text = cli.run("gateway", "status", "inproc");
    Cli.Result json = cli.run("gateway", "status", "inproc", "--json");

    assertThat(text.out()).startsWith("gw0  inproc  ").contains("thread model, 0 tasks");
    assertThat(json.out())
        .startsWith("{\"gateway\":\"gw0\",\"spec\":\"inproc\",")
        .contains("\"pid\":" + ProcessHandle.current().pid());
  }

  @Test
  void shouldWriteAndReadEveryKindOfValue() throws Exception {
    Dict pairs = new Dict();
    pairs.put(1, "one");
    Dict taken = new Dict();
    taken.put("set", List.of());
    List<Object> values =
        Arrays.asList(
            null,
            true,
            1,
            2.5,
            Double.NaN,
            "\"",
            Bytes.of((byte) 1),
            new Complex(1, -2),
            Tuple.of(1, Tuple.of()),
            ValueSet.of(1),
            FrozenSet.of("x"),
            List.of(1),
            pairs,
            taken);
    var out = new ByteArrayOutputStream();
    new JsonLines(new PrintStream(out, false, StandardCharsets.UTF_8))
        .print(json -> {
          json.writeFieldName("all");
          GatewayValues.write(json, values);
        });

    Object read = GatewayValues.parse(out.toString(StandardCharsets.UTF_8));

    assertThat(((Dict) read).get("all")).isEqualTo(values);
  }
}

package io.midplane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.midplane.node.ExitStatus;
import io.midplane.node.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the commands as the program does, each case for a moment: that it works, not how fast. */
class BenchCommandsTest {
  /** Made here, so that the log is the tests' and shows what must not be. */
  private static final Logger LOG = LoggerFactory.getLogger(BenchCommandsTest.class);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void shouldListWhatCanBeMeasured() throws Exception {
    assertThat(run("bench", "list")).isEqualTo(ExitStatus.OK);
    assertThat(lines())
        .contains("calls: The gate, the deadlock detector and the way to an actor and back");

    out.reset();
    assertThat(run("bench", "list", "--json")).isEqualTo(ExitStatus.OK);
    for (String line : lines()) {
      assertThat(fields(line)).containsExactly("bench", "case", "about", "target");
    }
  }

  @Test
  void shouldMeasureEachFigureOfTheCalls() throws Exception {
    assertThat(run("bench", "run", "calls", "--quick", "--json")).isEqualTo(ExitStatus.OK);

    assertMeasured("calls", CallsSuite.create().cases().size());
  }

  @Test
  void shouldMeasureEachFigureOfTheConfiguration() throws Exception {
    assertThat(run("bench", "run", "cm", "--quick", "--json"))
        .as(() -> err.toString(StandardCharsets.UTF_8))
        .isEqualTo(ExitStatus.OK);

    assertMeasured("cm", CmSuite.create().cases().size() + 1);
  }

  @Test
  void shouldPrintATableForPeople() {
    assertThat(run("bench", "run", "cm/walk", "--quick")).isEqualTo(ExitStatus.OK);

    assertThat(lines()).hasSize(2);
    assertThat(lines().getFirst()).contains("FIGURE", "OURS", "PEER", "RATIO", "TARGET");
    assertThat(lines().getLast()).startsWith("cm/walk ").contains("rows/s", "at least 400 000");
  }

  @Test
  void shouldRefuseANameItDoesNotKnow() {
    assertThat(run("bench", "run", "nonsense")).isEqualTo(ExitStatus.USAGE);
    assertThat(run("bench", "run")).isEqualTo(ExitStatus.USAGE);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("nonsense: neither a suite nor a case");
    assertThat(out.size()).isZero();
  }

  private int run(String... arguments) {
    LOG.info("midplane {}", String.join(" ", arguments));
    try (var output = new PrintStream(out, false, StandardCharsets.UTF_8);
        var errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      return Main.run(output, errors, Map.of(), arguments);
    }
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private void assertMeasured(String suite, int figures) throws Exception {
    assertThat(lines()).hasSize(figures);
    for (String line : lines()) {
      assertThat(fields(line))
          .containsExactly("bench", "case", "unit", "ours", "peer", "peer_name", "ratio", "runs");
      assertThat(line).startsWith("{\"bench\":\"" + suite + "\"");
    }
  }

  private static List<String> fields(String line) throws Exception {
    List<String> names = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          names.add(parser.currentName());
        }
      }
    }
    return names;
  }
}

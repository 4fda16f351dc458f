package io.midplane.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CI's look at the reports ({@code .ci/check-reports}), run on planted ones. */
class CheckReportsTest {

  private record Run(int status, String output) {}

  @TempDir Path folder;

  @Test
  void shouldPrintTotals() throws Exception {
    report("a", "io.midplane.OneTest", "tests=\"3\" errors=\"0\" skipped=\"0\" failures=\"1\"", "");
    report("b", "io.midplane.TwoTest", "tests=\"4\" errors=\"2\" skipped=\"0\" failures=\"0\"", "");

    Run run = check();

    assertThat(run.status()).isZero();
    assertThat(run.output()).contains("tests: 7, failures: 1, errors: 2, skipped: 0");
  }

  @Test
  void shouldListASkippedTest() throws Exception {
    skipIn("io.midplane.OneTest", "class OneTest {}");

    Run run = check();

    assertThat(run.status()).isZero();
    assertThat(run.output())
        .contains("skipped: 1", "skipped: io.midplane.OneTest.shouldTalk (no peer here)");
  }

  @Test
  void shouldFailWhenAPeerTestWasSkipped() throws Exception {
    skipIn("io.midplane.OneTest", "@Tag(\"peer\") class OneTest {}");

    Run run = check();

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("io.midplane.OneTest.shouldTalk needs a peer");
  }

  @Test
  void shouldFailWithoutReports() throws Exception {
    Run run = check();

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("no test report");
  }

  private void skipIn(String type, String source) throws IOException {
    report(
        "a",
        type,
        "tests=\"1\" errors=\"0\" skipped=\"1\" failures=\"0\"",
        "<skipped message=\"no peer here\" type=\"org.opentest4j.TestAbortedException\"/>");
    Path file = folder.resolve("a/src/test/java/" + type.replace('.', '/') + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
  }

  private void report(String module, String type, String counts, String result) throws IOException {
    Path reports = Files.createDirectories(folder.resolve(module + "/target/surefire-reports"));
    Files.writeString(
        reports.resolve("TEST-" + type + ".xml"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite name="%1$s" time="0.1" %2$s>
          <testcase name="shouldTalk" classname="%1$s" time="0.1">
            %3$s
          </testcase>
        </testsuite>
        """
            .formatted(type, counts, result));
  }

  private Run check() throws IOException, InterruptedException {
    Path script = Repository.current().root().resolve(".ci/check-reports");
    Process process =
        new ProcessBuilder("bash", script.toString(), folder.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }
}

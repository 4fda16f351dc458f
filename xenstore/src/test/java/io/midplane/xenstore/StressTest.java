package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs jcstress, which has the threads of a {@code …Stress} class meet millions of times, on the
 * places where threads of the client meet. {@code -Dmidplane.xenstore.stress=default} runs all of
 * its JVM configurations, for half an hour.
 */
@Timeout(3600)
class StressTest {
  private static final String MODE = System.getProperty("midplane.xenstore.stress", "short");
  private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  @TempDir Path folder;

  @Test
  @DisplayName(
      "XC7, XC9, XC33, XC34: answers, events and ends reach who waits, whoever reads; a request"
          + " that ends twice, planted, is found")
  void shouldFindThePlantedFaultAndNoOther() throws Exception {
    String output = jcstress("(Pending|OpenRequests|EventQueue|Planted)Stress");

    assertThat(output)
        .containsPattern("Observed forbidden state: true, true")
        .contains("Failed tests: 1 matching", "Error tests: No matches")
        .contains("All remaining tests: 13 matching");
  }

  private String jcstress(String tests) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                NATIVE_ACCESS,
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-t",
                tests,
                "-r",
                folder.toString()));
    command.addAll(
        MODE.equals("short")
            ? List.of(
                ("-m quick -f 1 -iters 1 -time 300 -sc false -jvmArgs " + NATIVE_ACCESS).split(" "))
            : List.of("-m", MODE));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      int status = process.waitFor();
      String text = Files.readString(output);
      assertThat(status).as(text).isEqualTo(1);
      return text;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}

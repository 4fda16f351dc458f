package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which main can end, in a JVM of its own. */
class RunnerExitTest {

  @TempDir Path folder;

  /** How a child JVM ended, and the lines it said on purpose. */
  private record Ended(int status, List<String> said, String output, String errors) {}

  @Test
  @DisplayName(
      "R8: main returns; the runtime serves on, and the program ends well when it is closed")
  void shouldServeOnAfterReturn() throws Exception {
    Ended ended = run("return");

    assertThat(ended.said())
        .as(ended.output())
        .containsExactly(
            "finally", "state READY", "served", "PostStop", "run returned", "shutdown hook");
    assertThat(ended.status()).isZero();
  }

  @Test
  @DisplayName("R9: Runner.exit unwinds main, then stops the actors, then ends with the status")
  void shouldUnwindOnRunnerExit() throws Exception {
    Ended ended = run("Runner.exit");

    assertThat(ended.said()).as(ended.output()).startsWith("finally", "PostStop");
    assertThat(ended.said()).contains("shutdown hook");
    assertThat(ended.status()).isEqualTo(7);
  }

  @Test
  @DisplayName("R9: System.exit stops the actors and does not unwind main")
  void shouldStopTheActorsOnSystemExit() throws Exception {
    Ended ended = run("System.exit");

    assertThat(ended.said())
        .as(ended.output())
        .contains("PostStop", "shutdown hook")
        .doesNotContain("finally");
    assertThat(ended.status()).isEqualTo(8);
  }

  @Test
  @DisplayName("R9: Runtime.halt does neither")
  void shouldDoNothingOnHalt() throws Exception {
    Ended ended = run("Runtime.halt");

    assertThat(ended.said()).as(ended.output()).isEmpty();
    assertThat(ended.status()).isEqualTo(9);
  }

  @Test
  @DisplayName("R9: an exception in main is shown, the runtime is in FAIL, the status is not 0")
  void shouldShowAnUncaughtExceptionAndServeOn() throws Exception {
    Ended ended = run("throw");

    assertThat(ended.said())
        .as(ended.output())
        .startsWith("finally", "state FAIL", "served", "PostStop")
        .doesNotContain("run returned");
    assertThat(ended.errors()).contains("no such interface: eth7");
    assertThat(ended.output()).contains("RT-0104 runtime midplane is in FAIL");
    assertThat(ended.status()).isEqualTo(1);
  }

  @Test
  @DisplayName("R9: SIGTERM stops the actors and does not unwind main")
  void shouldStopTheActorsOnSigterm() throws Exception {
    Path output = folder.resolve("output");
    Process child = start("wait", output);
    org.awaitility.Awaitility.await().until(() -> Files.readString(output).contains("> waiting"));

    child.destroy();
    Ended ended = end(child, output);

    assertThat(ended.said())
        .as(ended.output())
        .contains("PostStop", "shutdown hook")
        .doesNotContain("finally");
    assertThat(ended.status()).isEqualTo(143);
  }

  private Ended run(String way) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    return end(start(way, output), output);
  }

  private Process start(String way, Path output) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            RunnerProgram.class.getName(),
            way)
        .redirectOutput(output.toFile())
        .redirectError(folder.resolve("errors").toFile())
        .start();
  }

  private Ended end(Process child, Path output) throws IOException, InterruptedException {
    try {
      assertThat(child.waitFor(1, TimeUnit.MINUTES)).as("the program ended").isTrue();
    } finally {
      child.destroyForcibly();
    }
    String text = Files.readString(output);
    return new Ended(
        child.exitValue(),
        text.lines().filter(line -> line.startsWith("> ")).map(line -> line.substring(2)).toList(),
        text,
        Files.readString(folder.resolve("errors")));
  }
}

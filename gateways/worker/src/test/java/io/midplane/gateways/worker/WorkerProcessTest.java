package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worker as it travels: one jar, a process of its own, a stock client's bytes. */
@Timeout(120)
class WorkerProcessTest {
  private static final long MOST_BYTES = 200_000;

  /** STATUS on 1, then TERMINATE. */
  private static final byte[] FRAMES =
      HexFormat.of().parseHex("000000000100000000" + "020000000000000000");

  @TempDir Path folder;

  private Path jar() throws IOException {
    Path file = folder.resolve("worker.jar");
    WorkerJar.main(new String[] {file.toString()});
    return file;
  }

  @Test
  void shouldFitAJarThatTravelsWell() throws IOException {
    Path jar = jar();
    byte[] first = Files.readAllBytes(jar);

    assertThat(Files.size(jar)).isLessThan(MOST_BYTES);
    try (JarFile opened = new JarFile(jar.toFile())) {
      assertThat(opened.stream().map(JarEntry::getName))
          .contains("io/midplane/calls/MidplaneException.class")
          .allMatch(name ->
              name.equals(JarFile.MANIFEST_NAME)
                  || name.matches("io/midplane/gateways/w(ire|orker)/[\\w$]+\\.class")
                  || name.matches(
                      "io/midplane/calls/(MidplaneException|ErrorCode|Category)\\.class"));
    }
    assertThat(Files.readAllBytes(jar())).as("the same classes, the same bytes").isEqualTo(first);
  }

  @Test
  @DisplayName(
      "G6: a greeting of any length is one line; one byte answers; nothing behind it is lost")
  void shouldTakeOneLineAndAnswerOneByte() throws Exception {
    Path jar = jar();
    for (int length : List.of(300, 100_000)) {
      Process process = start(jar, "-u", "-c", "import sys;exec(eval(sys.stdin.readline()))");
      OutputStream out = process.getOutputStream();
      out.write(("'" + "x".repeat(length - 2) + "'\n").getBytes());
      out.write(FRAMES);
      out.flush();

      byte[] answer = process.getInputStream().readAllBytes();

      assertThat(answer[0]).isEqualTo((byte) '1');
      assertThat(HexFormat.of().formatHex(answer, 1, 6)).isEqualTo("0400000001");
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
  }

  @Test
  @DisplayName("G44: a worker whose coordinator is gone ends, before the greeting and after it")
  void shouldEndWithItsInput() throws Exception {
    Path jar = jar();
    for (String sent : List.of("", "'greeting", "''\n")) {
      Process process = start(jar);
      process.getOutputStream().write(sent.getBytes());
      process.getOutputStream().close();

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
  }

  @Test
  @DisplayName("G63: a worker that watches ends when nothing comes, though its input stays open")
  void shouldEndWhenItsCoordinatorIsSilent() throws Exception {
    Process process = start(jar());
    OutputStream out = process.getOutputStream();
    out.write(new Greeting("gw0", ExecutionModel.THREAD, true).line());
    out.write(HexFormat.of().parseHex("0b" + "00000000" + "00000008" + "00000032" + "000000c8"));
    out.flush();

    byte[] said = process.getInputStream().readAllBytes();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(HexFormat.of().formatHex(said))
        .as("the answer to the greeting, that to the heartbeat, then questions")
        .matches(
            "31"
                + "0b0000000000000000"
                + "(0b"
                + "00000000"
                + "00000008"
                + "0{8}"
                + "000000c8){4,}");
  }

  @Test
  void shouldRefuseArgumentsItDoesNotKnow() throws Exception {
    Process process = start(jar(), "--listen");

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    try (InputStream errors = process.getErrorStream()) {
      assertThat(new String(errors.readAllBytes()))
          .startsWith("midplane-worker: --listen: unknown");
    }
  }

  private static Process start(Path jar, String... arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>(java());
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  private static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC");
  }
}

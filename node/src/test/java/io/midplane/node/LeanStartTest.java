package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a short command loads in its JVM: nothing of what only a node needs, for that is what makes
 * it start slowly.
 */
@Timeout(120)
class LeanStartTest {
  private static final List<String> HEAVY =
      List.of("akka.", "scala.", "com.typesafe.", "ch.qos.logback.", "io.midplane.actors.");

  @TempDir Path folder;
  private NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(folder, new LampAgent(), "lamp");
    Cli.at(node.socket()).run("cm", "set", "lamp", "name=desk", "watts=7");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** The classes that a JVM of its own loads for this command line. */
  private List<String> loadedBy(int status, String... arguments) throws Exception {
    Path log = folder.resolve("classes.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xlog:class+load:file=" + log + ":none");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("--socket", node.socket().toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out()).start();
    assertThat(process.waitFor()).as(Files.readString(out().toPath())).isEqualTo(status);
    return Files.readAllLines(log);
  }

  private java.io.File out() throws IOException {
    return folder.resolve("out.txt").toFile();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cm get lamp name=desk",
        "cm get lamp name=desk --json",
        "cm set lamp name=desk watts=8",
        "cm walk lamp",
        "config list",
        "node status",
      })
  void shouldLoadNothingOfTheNode(String line) throws Exception {
    List<String> classes = loadedBy(0, line.split(" "));

    assertThat(classes).anyMatch(name -> name.startsWith("io.midplane.protocol.MidplaneClient "));
    assertThat(classes).noneMatch(LeanStartTest::isHeavy);
  }

  @Test
  void shouldLoadNothingOfTheNodeForXenStore() throws Exception {
    Path socket = folder.resolve("store");
    try (var _ = XenStoreServer.builder().socket(socket).start()) {
      String[] words = ("xenstore read /tool --socket " + socket).split(" ");

      List<String> classes = loadedBy(0, words);

      assertThat(classes).anyMatch(name -> name.startsWith("io.midplane.xenstore.XenStore "));
      assertThat(classes).noneMatch(LeanStartTest::isHeavy);
    }
  }

  @Test
  void shouldSeeWhatANodeLoads() throws Exception {
    List<String> classes =
        loadedBy(
            1,
            "node",
            "start",
            "--data",
            folder.resolve("other").toString(),
            "--config",
            folder.resolve("missing.conf").toString());

    assertThat(classes).anyMatch(LeanStartTest::isHeavy);
  }

  private static boolean isHeavy(String name) {
    return HEAVY.stream().anyMatch(name::startsWith);
  }
}

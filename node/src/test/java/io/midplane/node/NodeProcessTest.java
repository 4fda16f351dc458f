package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A node from its start to its end, in a process of its own, and what keeps it from starting. */
class NodeProcessTest {
  private static final String LAMPS = "io.midplane.node.LampAgent";

  @TempDir Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  private NodeProcess start(String... more) {
    String[] arguments = new String[more.length + 4];
    String[] first = {"node", "start", "--data", data().toString()};
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    return NodeProcess.start(folder, arguments);
  }

  private Cli.Result run(String... arguments) {
    return Cli.at(data().resolve("midplane.sock")).run(arguments);
  }

  @Test
  void shouldServeInAPrivateFolderAndStopWhenTold() throws IOException {
    try (NodeProcess node = start("--agent", LAMPS, "--name", "lab").awaitReady()) {
      assertThat(node.printed()).isEqualTo("ready " + data().resolve("midplane.sock") + "\n");
      assertThat(mode(data())).isEqualTo("rwx------");
      assertThat(mode(data().resolve("midplane.sock"))).isEqualTo("rw-------");
      assertThat(run("cm", "set", "lamp", "name=desk", "watts=7").status()).isZero();
      assertThat(run("node", "status", "--json").out())
          .contains("\"name\":\"lab\"", "\"pid\":" + node.process().pid());

      Cli.Result stop = run("node", "stop");

      assertThat(stop.out()).isEqualTo("stopped lab (pid " + node.process().pid() + ")\n");
      assertThat(node.awaitEnd()).isZero();
      assertThat(data().resolve("midplane.sock")).doesNotExist();
      assertThat(data().resolve("log/node.log")).content().contains("NODE-0101", "NODE-0103");
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void shouldStopWithStatusZeroOnASignal(String signal) throws Exception {
    try (NodeProcess node = start("--agent", LAMPS).awaitReady()) {
      long pid = node.process().pid();
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();

      assertThat(node.awaitEnd()).isZero();
      assertThat(node.errors()).contains("SIG" + signal);
    }
  }

  @Test
  void shouldLoadWhatWasSavedAfterItWasKilled() {
    try (NodeProcess node = start("--agent", LAMPS).awaitReady()) {
      run("cm", "set", "lamp", "name=desk", "watts=7", "rooms=a,b");
      assertThat(run("config", "save", "lab").status()).isZero();
      run("cm", "set", "lamp", "name=late", "watts=9");
      node.process().destroyForcibly();
      assertThat(node.awaitEnd()).isNotZero();
    }

    try (NodeProcess _ = start("--agent", LAMPS).awaitReady()) {
      assertThat(run("cm", "walk", "lamp", "--json").out())
          .isEqualTo(
              """
              {"table":"lamp","status":"SUCCESS","row":{"name":"desk","watts":7,"on":false,"rooms":["a","b"]}}
              """);
      assertThat(run("node", "status", "--json").out()).contains("\"selected\":\"lab\"");
    }
  }

  @Test
  void shouldRefuseTheFolderOfAnotherNodeNamingItsPid() {
    try (NodeProcess first = start().awaitReady();
        NodeProcess second = start()) {
      assertThat(second.awaitEnd()).isEqualTo(1);
      assertThat(second.errors())
          .contains("the node with pid " + first.process().pid() + " uses it")
          .doesNotContain("\tat ");
      assertThat(run("node", "status").status()).isZero();
    }
  }

  @Test
  void shouldRefuseAWideFolderBeforeAnythingIsOpened() throws IOException {
    Files.createDirectory(data());
    Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwxr-x---"));

    try (NodeProcess node = start("--config", "/no/such/file.conf")) {
      assertThat(node.awaitEnd()).isEqualTo(4);
      assertThat(node.errors()).contains("chmod 700 " + data()).doesNotContain("file.conf");
      assertThat(data()).isEmptyDirectory();
    }
  }

  @Test
  void shouldRefuseTheFolderOfAnotherOwner() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a folder away");
    Files.createDirectory(
        data(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var users = data().getFileSystem().getUserPrincipalLookupService();
    Files.setOwner(data(), users.lookupPrincipalByName("nobody"));

    try (NodeProcess node = start()) {
      assertThat(node.awaitEnd()).isEqualTo(4);
      assertThat(node.errors()).contains("owner nobody").contains("use a folder of your own");
      assertThat(data()).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "io.midplane.node.NoSuchAgent, not found on the class path",
    "java.lang.String, does not implement io.midplane.actors.Agent",
    "io.midplane.node.LampAgent=9lives, 9lives",
  })
  void shouldRefuseWhatIsNoAgent(String agent, String reason) {
    Cli.Result refused =
        new Cli(Map.of()).run("node", "start", "--data", data().toString(), "--agent", agent);

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains(reason);
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void shouldRefuseTwoAgentsOfOneName() {
    Cli.Result refused =
        new Cli(Map.of())
            .run("node", "start", "--data", data().toString(), "--agent", LAMPS, "--agent", LAMPS);

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("agent lamp: named twice");
  }

  @ParameterizedTest
  @CsvSource({
    "node.northbound.max-frame, 5, 5 (expected: a size from 1KiB to 64MiB",
    "node.northbound.max-frame, 9999999999999, a size from 1KiB to 64MiB",
    "node.northbound.max-connections, -1, -1 (expected: a whole number of at least 1",
    "node.northbound.max-open-requests, x, a whole number of at least 1",
    "node.northbound.max-credits, 0, a whole number of at least 1",
    "node.northbound.max-unsent, 0, a size from 1KiB to 1GiB",
    "node.northbound.event-buffer, 0, a whole number of at least 1",
    "node.northbound.hello-timeout, -1s, a duration from 1ms to 3600s",
    "node.northbound.hello-timeout, 9999999d, a duration from 1ms to 3600s",
    "node.ready-timeout, x, a duration longer than zero",
    "node.log.level, FOO, 'one of TRACE, DEBUG, INFO, WARN, ERROR, OFF'",
    "node.log.max-file, 1, a size from 1KiB to 1GiB",
    "node.log.files, -3, a whole number from 1 to 20",
    "node.agents, 5, list but got: number",
    "node, 5, 'a section with any of agents, log, northbound, ready-timeout'",
    "cm.walk-batch, 0, a whole number from 1 to 10000",
    "cm.walk-batch, x, a whole number from 1 to 10000",
    "cm.default-name, 9x, a letter",
  })
  void shouldRefuseAWrongSetting(String key, String value, String expected) throws IOException {
    Path file = Files.writeString(folder.resolve("node.conf"), "midplane." + key + " = " + value);

    Cli.Result refused =
        new Cli(Map.of())
            .run("node", "start", "--data", data().toString(), "--config", file.toString());

    assertThat(refused.err())
        .startsWith("midplane: midplane." + key + ": ")
        .contains(expected)
        .satisfiesAnyOf(
            err -> assertThat(err).contains("node.conf: 1"),
            err -> assertThat(err).contains("default-name"));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void shouldRefuseASocketInAFolderOfEverybody() throws IOException {
    Path wide = Files.createDirectory(folder.resolve("wide"));
    Files.setPosixFilePermissions(wide, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path socket = wide.resolve("node.sock");

    Cli.Result refused =
        new Cli(Map.of())
            .run("node", "start", "--data", data().toString(), "--socket", socket.toString());

    assertThat(refused.status()).isEqualTo(4);
    assertThat(refused.err())
        .startsWith("midplane: socket " + socket + ": data directory " + wide + ": owner ")
        .contains("use a folder of your own")
        .doesNotContain("chmod");
    assertThat(wide).isEmptyDirectory();
  }

  @Test
  void shouldRefuseAnUnknownSettingAndTakeAgentsFromTheFile() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong.conf"), "midplane.node.agent = []");
    Path right =
        Files.writeString(
            folder.resolve("right.conf"),
            "midplane.node.agents = [{ class = \"" + LAMPS + "\", name = \"house\" }]");
    String[] start = {"node", "start", "--data", data().toString(), "--config"};

    Cli.Result refused =
        new Cli(Map.of()).run(start[0], start[1], start[2], start[3], start[4], wrong.toString());

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("midplane.node.agent");
    try (NodeProcess _ = start("--config", right.toString()).awaitReady()) {
      assertThat(run("cm", "tables").out()).contains("lamp   house");
    }
  }
}

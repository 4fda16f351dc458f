package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.server.XenStoreServer;
import io.midplane.xenstore.wire.DomainId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The XenStore commands with a server of ours, and the server as a process. */
class StoreCommandsTest {
  @TempDir Path folder;
  private XenStoreServer server;
  private Cli cli;

  @BeforeEach
  void start() {
    server = XenStoreServer.builder().socket(socket()).start();
    cli = new Cli(Map.of("XENSTORED_PATH", socket().toString()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path socket() {
    return folder.resolve("s");
  }

  private Cli.Result run(String... words) {
    String[] line = new String[words.length + 1];
    line[0] = "xenstore";
    System.arraycopy(words, 0, line, 1, words.length);
    return cli.run(line);
  }

  @Test
  void shouldMakeNodesThatKeepTheirValue() {
    assertThat(run("write", "/a", "1").status()).isZero();
    assertThat(run("mkdir", "/a", "/b/c").status()).isZero();

    assertThat(run("ls", "-f", "/b").out()).isEqualTo("/b/c = \"\"\n");
    assertThat(run("read", "/a").out()).isEqualTo("1\n");
    assertThat(run("mkdir", "/x.y").err()).isEqualTo("midplane: could not make path /x.y\n");
  }

  @Test
  void shouldPrintJson() {
    run("write", "/a", "text", "/b", "\\xff");

    assertThat(run("read", "/a", "/b", "--json").out())
        .isEqualTo(
            """
            {"path":"/a","value":"text"}
            {"path":"/b","value":{"bytes":"/w=="}}
            """);
    assertThat(run("list", "/local", "--json").out())
        .isEqualTo("{\"path\":\"/local\",\"child\":\"domain\"}\n");
    assertThat(run("ls", "/local/domain", "--json").out())
        .startsWith("{\"path\":\"/local/domain/0\",\"value\":\"\",\"permissions\":\"n0\"}\n");
    assertThat(run("exists", "/a", "/none", "--json").out())
        .isEqualTo("{\"path\":\"/a\",\"exists\":true}\n{\"path\":\"/none\",\"exists\":false}\n");
    assertThat(run("watch", "-n", "1", "/a", "--json").out())
        .isEqualTo("{\"path\":\"/a\",\"token\":\"/a\"}\n");
  }

  @Test
  void shouldSayWhyAServerIsNotReached() {
    Cli.Result result = new Cli(Map.of("XENSTORED_PATH", "/none/s")).run("xenstore", "read", "/a");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("/none/s");
  }

  @Test
  void shouldRefuseTwoWays() {
    Cli.Result result = run("read", "/a", "--socket", socket().toString(), "--xenbus", "/dev/x");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("--socket and --xenbus");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void shouldServeUntilToldToStop(String signal) throws Exception {
    Path own = folder.resolve("own");
    Path guest = folder.resolve("guest");
    Path trace = folder.resolve("trace");
    String[] serve = {
      "xenstore",
      "serve",
      "--socket",
      own.toString(),
      "--guest",
      "7=" + guest,
      "--trace",
      trace.toString()
    };
    try (NodeProcess process = NodeProcess.start(folder, serve).awaitReady()) {
      assertThat(process.printed()).isEqualTo("ready " + own + "\n");
      try (var zero = XenStore.connect(own);
          var seven = XenStore.connect(guest)) {
        zero.write("/a", "for 7");
        zero.setPermissions("/a", "n0", "r7");
        assertThat(seven.readText("/a")).isEqualTo("for 7");
        assertThat(seven.domains().path(new DomainId(7))).isEqualTo("/local/domain/7");
      }

      new ProcessBuilder("kill", "-" + signal, Long.toString(process.process().pid()))
          .start()
          .waitFor();

      assertThat(process.awaitEnd()).isZero();
      assertThat(own).doesNotExist();
      assertThat(guest).doesNotExist();
      assertThat(Files.readString(trace)).contains("/a");
    }
  }

  @Test
  void shouldRefuseToServeWhereSomebodyServes() {
    Cli.Result taken = run("serve", "--socket", socket().toString());

    assertThat(taken.status()).isEqualTo(1);
    assertThat(taken.err()).contains(socket().toString());
    assertThat(run("serve", "--guest", "seven=/x").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run("serve", "--guest", "7").status()).isEqualTo(ExitStatus.USAGE);
  }
}

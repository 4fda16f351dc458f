package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.gateways.Group;
import io.midplane.gateways.GroupSettings;
import io.midplane.gateways.worker.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The socket server and the worker as programs, with clients of ours and stock ones. */
@Timeout(180)
class GatewayServeTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  @TempDir Path folder;

  private final Cli cli = new Cli(Map.of());

  private NodeProcess serve(String... more) {
    String[] line =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of("gateway", "serve", "--listen", "127.0.0.1:0"),
                java.util.stream.Stream.of(more))
            .toArray(String[]::new);
    return NodeProcess.start(folder, line).awaitReady();
  }

  private static String after(String word, NodeProcess process) {
    return process
        .printed()
        .lines()
        .filter(line -> line.startsWith(word))
        .findFirst()
        .orElseThrow()
        .substring(word.length());
  }

  @Test
  @DisplayName("G54: a token is made, for its owner only, asked for, and removed at the end")
  void shouldServeWithATokenOfItsOwn() throws IOException {
    try (NodeProcess server = serve()) {
      Path token = Path.of(after("token ", server));
      String spec = "socket=" + after("ready ", server) + "//token-file=" + token;

      assertThat(Files.getPosixFilePermissions(token)).hasToString("[OWNER_READ, OWNER_WRITE]");
      Cli.Result result = cli.run("gateway", "exec", spec, "-e", "channel.send(1);");
      assertThat(result.err()).isEmpty();
      assertThat(result.out()).isEqualTo("{\"gateway\":\"gw0\",\"item\":1}\n");

      server.process().destroy();
      assertThat(server.awaitEnd()).isZero();
      assertThat(token.getParent()).doesNotExist();
    }
  }

  @Test
  @DisplayName(
      "G59: of two callers at once, each gets what its own tasks print, with its gateways' ids")
  void shouldTellEachCallerWhatItsTasksPrint() throws Exception {
    Path file = folder.resolve("token");
    io.midplane.gateways.worker.TokenFile.create(file);
    String source =
        "for (Object line : channel) { System.out.println(line); System.err.println(line + \"!\");"
            + " }";
    try (NodeProcess server = serve("--token-file", file.toString());
        Caller one = new Caller(after("ready ", server), file);
        Caller two = new Caller(after("ready ", server), file)) {
      List<Channel> channels =
          Stream.of(one, two)
              .flatMap(caller -> caller.group.gateways().stream())
              .map(each -> each.remoteExec(source))
              .toList();
      for (int i = 0; i < 100; i++) {
        for (Channel channel : channels) {
          channel.send(channels.indexOf(channel) + " " + i);
        }
      }
      channels.forEach(Channel::closeOutput);
      channels.forEach(each -> each.waitClose(Duration.ofSeconds(60)));

      one.awaitLines(400);
      two.awaitLines(400);
      assertThat(one.of("a")).containsExactlyElementsOf(expected(0));
      assertThat(one.of("b")).containsExactlyElementsOf(expected(1));
      assertThat(two.of("a")).containsExactlyElementsOf(expected(2));
      assertThat(two.of("b")).containsExactlyElementsOf(expected(3));
      assertThat(server.errors()).doesNotContain(" 99");
    }
  }

  private static List<String> expected(int task) {
    return IntStream.range(0, 100)
        .mapToObj(i -> task + " " + i)
        .flatMap(line -> Stream.of(line, line + "!"))
        .toList();
  }

  /** A program that has two gateways at a server, both with ids that others have as well. */
  private static final class Caller implements AutoCloseable {
    private final Queue<Map.Entry<String, String>> lines = new ConcurrentLinkedQueue<>();
    private final Group group;

    Caller(String server, Path token) {
      group =
          Group.open(
              GroupSettings.defaults().withOutput((id, line) -> lines.add(Map.entry(id, line))));
      for (String id : List.of("a", "b")) {
        var unused = group.makeGateway("socket=" + server + "//token-file=" + token + "//id=" + id);
      }
    }

    void awaitLines(int count) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(lines).hasSize(count));
    }

    List<String> of(String id) {
      return lines.stream()
          .filter(each -> each.getKey().equals(id))
          .map(Map.Entry::getValue)
          .toList();
    }

    @Override
    public void close() {
      group.close();
    }
  }

  @Test
  @DisplayName("G54: a token file is taken, and another token refused")
  void shouldServeWithATokenFile() throws IOException {
    Path file = folder.resolve("token");
    Path other = folder.resolve("other");
    for (Path each : List.of(file, other)) {
      io.midplane.gateways.worker.TokenFile.create(each);
    }
    try (NodeProcess server = serve("--token-file", file.toString())) {
      String spec = "socket=" + after("ready ", server) + "//token-file=";

      assertThat(cli.run("gateway", "status", spec + file).status()).isZero();
      assertThat(cli.run("gateway", "status", spec + other).err())
          .contains("the server does not take this token");
      assertThat(server.printed()).doesNotContain("token ");
    }
  }

  @Test
  @Tag("peer")
  @DisplayName("G54: stock clients, Java for them or Python, with a warning")
  void shouldServeStockClients() throws Exception {
    requirePeer();
    try (NodeProcess server = serve("--execnet");
        NodeProcess python = serve("--execnet", "--python", PYTHON.toString())) {
      assertThat(server.errors()).contains("warning: whoever can connect to 127.0.0.1:0 runs code");
      assertThat(stock("socket=" + after("ready ", server), "channel.send(6 * 7);"))
          .isEqualTo("42");
      assertThat(stock("socket=" + after("ready ", python), "channel.send(6 * 7)")).isEqualTo("42");
    }
  }

  @Test
  @Tag("peer")
  @DisplayName("G5: popen//python= with this program as the interpreter")
  void shouldBeAWorkerOfAStockClient() throws Exception {
    requirePeer();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path arguments = folder.resolve("class-path");
    Files.writeString(arguments, "-cp \"" + System.getProperty("java.class.path") + "\"");
    String spec =
        "popen//python=%s -XX:TieredStopAtLevel=1 @%s %s gateway worker"
            .formatted(java, arguments, Main.class.getName());

    assertThat(stock(spec, "channel.send(6 * 7);")).isEqualTo("42");
  }

  @Test
  @DisplayName("G54: what would be open to all by mistake is refused")
  void shouldRefuseWrongCommandLines() {
    Cli.Result open = cli.run("gateway", "serve", "--listen", "0.0.0.0:0", "--execnet");
    assertThat(open.status()).isNotZero();
    assertThat(open.err()).contains("without a token", "--insecure");
    for (String[] wrong :
        List.of(
            new String[] {},
            new String[] {"--listen", "7"},
            new String[] {"--listen", "host:70000"},
            new String[] {"--listen", "127.0.0.1:0", "--execnet", "--token-file", "x"})) {
      String[] line =
          java.util.stream.Stream.concat(
                  java.util.stream.Stream.of("gateway", "serve"), java.util.stream.Stream.of(wrong))
              .toArray(String[]::new);
      assertThat(cli.run(line).status()).isEqualTo(ExitStatus.USAGE);
    }
    assertThat(
            cli.run("gateway", "serve", "--listen", "127.0.0.1:0", "--token-file", "/no/token")
                .err())
        .contains("token file: /no/token is not there");
  }

  @Test
  @DisplayName("G49: a folder goes to several gateways")
  void shouldSendAFolder() throws IOException {
    Path source = Files.createDirectories(folder.resolve("source/sub"));
    Files.writeString(source.resolve("file"), "content");
    Path target = folder.resolve("target");

    Cli.Result first =
        cli.run(
            "gateway", "rsync", source.getParent().toString(), "inproc", "--to", target.toString());
    Cli.Result second =
        cli.run(
            "gateway",
            "rsync",
            source.getParent().toString(),
            "inproc",
            "--to",
            target.toString(),
            "--json");

    assertThat(first.err()).isEmpty();
    assertThat(first.out()).isEqualTo("gw0:" + target + "  1 of 1 file sent, 7 bytes\n");
    assertThat(target.resolve("sub/file")).hasContent("content");
    assertThat(second.out())
        .isEqualTo("{\"target\":\"gw0:" + target + "\",\"files\":1,\"sent\":0,\"bytes\":0}\n");
    assertThat(cli.run("gateway", "rsync", "/no/such", "inproc", "--to", "x").status())
        .isEqualTo(ExitStatus.USAGE);
    assertThat(cli.run("gateway", "rsync", source.toString(), "--to", "x").status())
        .isEqualTo(ExitStatus.USAGE);
  }

  @ParameterizedTest
  @CsvSource({"out, ''", "'', err"})
  @Tag("peer")
  @DisplayName("a bar is drawn where standard error is a terminal, whatever the other streams are")
  void shouldDrawABarOnATerminalOnly(String out, String err) throws Exception {
    requirePeer();
    Path source = Files.createDirectories(folder.resolve("source"));
    Files.writeString(source.resolve("file"), "content");
    String target = folder.resolve("target").toString();
    String report = "gw0:" + target + "  1 of 1 file sent, 7 bytes";

    String seen =
        onATerminal(out, err, "gateway", "rsync", source.toString(), "inproc", "--to", target);

    if (err.isEmpty()) {
      assertThat(seen).contains("\r\033[K", "file, 0.0 MB").doesNotContain(report);
      assertThat(folder.resolve(out)).hasContent(report);
    } else {
      assertThat(seen).isEqualTo(report + "\r\n");
      assertThat(folder.resolve(err)).isEmptyFile();
    }
  }

  /** What a terminal shows of the program whose standard output or error goes to a file instead. */
  private String onATerminal(String out, String err, String... line) throws Exception {
    String script =
        """
        import os, pty, sys
        names, command = sys.argv[1:3], sys.argv[3:]
        child, terminal = pty.fork()
        if child == 0:
            for descriptor, name in enumerate(names, 1):
                if name:
                    os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600), descriptor)
            os.execv(command[0], command)
        try:
            while True:
                sys.stdout.buffer.write(os.read(terminal, 4096))
        except OSError: # so it says that nobody has the terminal open
            pass
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """;
    List<String> command = new ArrayList<>(List.of(PYTHON.toString(), "-c", script, out, err));
    command.addAll(NodeProcess.command(line));
    ProcessBuilder program = new ProcessBuilder(command).directory(folder.toFile());
    program.environment().remove("NO_COLOR");
    Process process = program.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String seen = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isZero();
    return seen;
  }

  private static void requirePeer() {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(
          Files.exists(Path.of("/usr/lib/python3/dist-packages/execnet")),
          "python3-execnet is not installed");
    }
  }

  private String stock(String spec, String source) throws Exception {
    String script =
        """
        import sys, execnet
        group = execnet.Group()
        print(group.makegateway(sys.argv[1]).remote_exec(sys.argv[2]).receive(60))
        group.terminate(10)
        """;
    Process client =
        new ProcessBuilder(PYTHON.toString(), "-c", script, spec, source)
            .redirectErrorStream(true)
            .start();
    String said = new String(client.getInputStream().readAllBytes()).strip();
    assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}

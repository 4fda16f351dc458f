package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that were written for the real daemons, at our server: what they print and how they end
 * is what they print and how they end at the C daemon.
 */
@Tag("peer")
@Timeout(120)
class StockProgramsTest {
  /** Command lines of the stock tools, in order; {@code ␣} stands for a blank in a word. */
  private static final List<String> LINES =
      List.of(
          "write /local/domain/0/name Domain-0",
          "write /a 1 /b/c two␣words /d/e/f x",
          "write /esc \\x41\\n\\t\\\\\\001\\xffz",
          "write -R /raw \\x41\\n",
          "write /empty ",
          "write relative/x 5",
          "write -s /a 2",
          "write /a",
          "write /bad.path 1",
          "write /a 3 /bad.path 1",
          "read /a",
          "read -p /a /esc",
          "read -R /raw",
          "read /a /none /b/c",
          "read /none",
          "read @introduceDomain",
          "read relative/x /local/domain/0/relative/x",
          "list /",
          "list -p /b /d",
          "list /none",
          "exists /a /b/c",
          "exists /a /none",
          "chmod /a r0 b3",
          "chmod -r /d n0 r0",
          "chmod -u /b/c w0",
          "chmod /a x",
          "chmod /a r70000",
          "chmod /none n0",
          "ls",
          "ls -fp /",
          "ls -p /d",
          "ls /none",
          "watch -n 1 /a",
          "watch -n 2 /a @releaseDomain",
          "control check",
          "control print a␣line",
          "rm /none",
          "rm /none/x",
          "rm /",
          "rm -t /d/e/f",
          "rm /a /b",
          "ls -fp");

  @TempDir Path folder;
  private XenStorePeers peers;
  private XenStoreUnderTest real;
  private XenStoreUnderTest ours;

  private record Seen(int status, List<String> out, List<String> err) {}

  @BeforeEach
  void start() throws IOException {
    peers = XenStorePeers.required();
    real = start("real", XenStoreKind.C);
    ours = start("ours", XenStoreKind.MIDPLANE);
  }

  private XenStoreUnderTest start(String name, XenStoreKind kind) throws IOException {
    return XenStoreSpec.start(kind, Files.createDirectory(folder.resolve(name)));
  }

  @AfterEach
  void stop() {
    if (real != null) {
      real.close();
    }
    if (ours != null) {
      ours.close();
    }
  }

  @Test
  @DisplayName("XS1: the daemons' own test program passes every case, and its random ones")
  void shouldPassTheTestProgramOfTheDaemons() throws Exception {
    String program = peers.program("test-xenstore").toString();

    List<String> cases = run(ours, program, "-l").out();
    Seen each = run(ours, program, "-i", "20");
    Seen random = run(ours, program, "-r", "1");

    assertThat(cases).hasSizeGreaterThan(10);
    assertThat(each.err()).isEmpty();
    assertThat(each.status()).isZero();
    assertThat(each.out()).hasSameSizeAs(run(real, program).out()).hasSizeGreaterThan(10);
    assertThat(random.err()).isEmpty();
    assertThat(random.status()).isZero();
  }

  @Test
  @DisplayName("XS2: the stock tools print and exit as at the C daemon")
  void shouldServeTheStockTools() throws Exception {
    for (String line : LINES) {
      String[] command = command(line);

      assertThat(run(ours, command)).as(line).isEqualTo(run(real, command));
    }
    // The lists of commands that follow are each server's own.
    Seen unknown = run(ours, command("control no-such-command"));
    Seen unknownToC = run(real, command("control no-such-command"));
    assertThat(unknown.status()).isEqualTo(unknownToC.status());
    assertThat(unknown.err().getFirst()).isEqualTo(unknownToC.err().getFirst());
  }

  @Test
  @DisplayName("XS2: xenstore-watch shows changes as they are made")
  void shouldServeAWatchingTool() throws Exception {
    assertThat(watched(ours)).isEqualTo(watched(real)).containsExactly("/w", "/w/1", "/w/1", "/w");
  }

  private List<String> watched(XenStoreUnderTest server) throws Exception {
    Process watch = started(server, command("watch -n 4 /w"));
    BufferedReader lines = watch.inputReader();
    List<String> seen = new ArrayList<>();
    seen.add(lines.readLine());
    for (String change : List.of("write /w/1 v", "chmod /w/1 r0", "rm /w")) {
      assertThat(run(server, command(change)).status()).as(change).isZero();
      seen.add(lines.readLine());
    }
    assertThat(watch.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(watch.exitValue()).isZero();
    return seen;
  }

  @Test
  @DisplayName("XS3: the tutorial of pyxs from start to end, over the socket and a device")
  void shouldServeTheTutorialOfPyxs() throws Exception {
    Seen atOurs = tutorial(ours);
    Seen atReal = tutorial(real);

    assertThat(atOurs).isEqualTo(atReal);
    assertThat(atOurs.status()).as("%s", atOurs.err()).isZero();
    assertThat(atOurs.out())
        .contains(
            "by XenBus: b'It works!'", "conflict: False b'in between'", "compat: b'Domain-0'");
  }

  private Seen tutorial(XenStoreUnderTest server) throws Exception {
    String python = XenStorePeers.python().toString();
    String socket = server.socket().toString();
    Process terminal = started(server, python, peers.script("ptyserve.py").toString(), socket, "1");
    try {
      String device = terminal.inputReader().readLine();
      return run(server, python, peers.script("tutorial.py").toString(), socket, device);
    } finally {
      terminal.destroy();
    }
  }

  private String[] command(String line) {
    String[] words =
        Arrays.stream(line.split(" ", -1))
            .map(word -> word.replace('␣', ' '))
            .toArray(String[]::new);
    String name = "xenstore-" + words[0];
    boolean isOfTheDaemons = words[0].equals("control");
    words[0] = (isOfTheDaemons ? peers.program(name) : XenStorePeers.tool(name)).toString();
    return words;
  }

  private Process started(XenStoreUnderTest server, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors().toFile());
    builder.environment().put("XENSTORED_PATH", server.socket().toString());
    return builder.start();
  }

  private Seen run(XenStoreUnderTest server, String... command) throws Exception {
    Process process = started(server, command);
    List<String> out = process.inputReader().lines().toList();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", command[0]).isTrue();
    return new Seen(process.exitValue(), out, Files.readAllLines(errors()));
  }

  private Path errors() {
    return folder.resolve("err");
  }
}

package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.testkit.xenstore.XenStoreDaemon;
import io.midplane.testkit.xenstore.XenStoreKind;
import io.midplane.testkit.xenstore.XenStorePeers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our commands beside the stock {@code xenstore-*} tools: the same command lines, each to a C
 * daemon of its own; output and exit status are the same, byte by byte.
 */
@Tag("peer")
class StoreToolsTest {
  /** Command lines, in order; the words are split at blanks, {@code ␣} stands for one. */
  private static final List<String> LINES =
      List.of(
          "write /a 1 /b/c two␣words /d/e/f x",
          "write /esc \\x41\\n\\t\\\\\\001\\xffz",
          "write -R /raw \\x41\\n",
          "write /empty ",
          "read /a",
          "read /a /b/c /esc /raw",
          "read -p /a /esc",
          "read -R /esc",
          "read /none",
          "read /a /none /b/c",
          "read -s /a",
          "read",
          "read /bad.path",
          "write /a",
          "write",
          "write /bad.path 1",
          "write /a 2 /bad.path 1",
          "read /a",
          "list /",
          "list -p / /b",
          "list /none",
          "list /a",
          "list",
          "exists /a",
          "exists /a /b/c",
          "exists /a /none",
          "exists",
          "chmod /a r0 b0",
          "chmod -r /d n0 r0",
          "chmod -u /b/c w0",
          "chmod /a x",
          "chmod /none n0",
          "chmod /a",
          "chmod",
          "ls",
          "ls /d",
          "ls -f /d",
          "ls -p",
          "ls -fp /",
          "ls /none",
          "ls /d /b",
          "write /long " + "v".repeat(70),
          "write /deep/" + "k".repeat(75) + " v /deep/n/m/o " + "w".repeat(90),
          "ls",
          "ls -p /deep",
          "ls -f /deep",
          "rm /none",
          "rm /none/x",
          "rm /",
          "rm",
          "rm -t /d/e/f",
          "ls",
          "rm /a /b",
          "watch -n 2 /esc /raw",
          "watch -n 0 /esc",
          "watch",
          "write relative/x 5",
          "read relative/x /local/domain/0/relative/x",
          "ls -fp");

  @TempDir Path folder;
  private XenStoreDaemon forTools;
  private XenStoreDaemon forOurs;

  private record Seen(int status, String out, String err) {}

  @BeforeEach
  void start() throws IOException {
    forTools = start("tools");
    forOurs = start("ours");
  }

  private XenStoreDaemon start(String name) throws IOException {
    return XenStoreDaemon.start(XenStoreKind.C, Files.createDirectory(folder.resolve(name)));
  }

  @AfterEach
  void stop() {
    if (forTools != null) {
      forTools.close();
    }
    if (forOurs != null) {
      forOurs.close();
    }
  }

  @Test
  void shouldDoWhatTheToolsDo() throws Exception {
    for (String line : LINES) {
      List<String> words = words(line);

      Seen tool = tool(words);
      Seen ours = ours(words);

      assertThat(ours.status()).as("status of " + line).isEqualTo(tool.status());
      assertThat(ours.out()).as("output of " + line).isEqualTo(tool.out());
      if (tool.err().contains("Usage: ")) {
        assertThat(ours.err())
            .as(line)
            .contains("midplane xenstore " + words.getFirst() + " --help");
      } else {
        assertThat(ours.err()).as("error of " + line).isEqualTo(tool.err());
      }
    }
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      words.add(word.replace('␣', ' '));
    }
    return words;
  }

  private Seen tool(List<String> words) throws Exception {
    List<String> command = new ArrayList<>(words);
    String name = "xenstore-" + words.getFirst();
    command.set(0, XenStorePeers.tool(name).toString());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("XENSTORED_PATH", forTools.socket().toString());
    builder.redirectError(folder.resolve("err").toFile());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    String err = Files.readString(folder.resolve("err")).replace(name + ": ", "midplane: ");
    return new Seen(process.exitValue(), out, err);
  }

  private Seen ours(List<String> words) {
    List<String> line = new ArrayList<>(words);
    line.addFirst("xenstore");
    Cli.Result result =
        new Cli(Map.of("XENSTORED_PATH", forOurs.socket().toString()))
            .run(line.toArray(String[]::new));
    return new Seen(result.status(), result.out(), result.err());
  }

  @Test
  void shouldFindTheServerAsTheToolsDo() {
    Map<String, String> byFolder =
        Map.of("XENSTORED_RUNDIR", forOurs.socket().getParent().toString());
    String[] read = {"xenstore", "exists", "/tool"};

    assertThat(new Cli(byFolder).run(read).status()).isZero();
    assertThat(new Cli(Map.of("XENSTORED_PATH", "/none")).run(read).status()).isEqualTo(1);
    assertThat(
            new Cli(Map.of("XENSTORED_PATH", "/none"))
                .run("xenstore", "exists", "/tool", "--socket", forOurs.socket().toString())
                .status())
        .isZero();
  }
}

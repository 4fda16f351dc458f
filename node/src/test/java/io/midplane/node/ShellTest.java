package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.protocol.MidplaneClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands line by line, in one process. */
@Timeout(60)
class ShellTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private NodeUnderTest node;
  private Path data;

  @BeforeEach
  void start(@TempDir Path folder) {
    node = new NodeUnderTest(folder, new LampAgent(), "lamp");
    data = folder.resolve("data");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private CommandContext context() {
    return new CommandContext(
        new PrintStream(out, false, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Map.of(),
        new GlobalOptions(false, false, node.socket(), data));
  }

  private int run(String lines) throws IOException {
    var in = new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
    return new ShellCommand(in)
        .run(CommandTree.build(new String[] {"shell"}).parseArgs("shell"), context());
  }

  @Test
  void shouldRunTheLinesOfStandardInput() throws IOException {
    int status =
        run(
            """
            # two lamps
            cm set lamp name=desk watts=7 rooms='a room,b'

            cm get lamp name=desk --json
            exit
            cm get nothing a=1
            """);

    assertThat(status).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"rooms\":[\"a room\",\"b\"]");
    assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("nothing");
  }

  @Test
  void shouldStopAtTheFirstLineThatFailsWithItsStatus() throws IOException {
    int status = run("cm tables\ncm get lamp name=none\ncm set lamp name=late watts=7\n");

    assertThat(status).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("midplane: lamp: no row none\nstopped at line 2: cm get lamp name=none\n");
    assertThat(run("node start\n")).isEqualTo(2);
    assertThat(run("shell\n")).isEqualTo(2);
    assertThat(run("cm get lamp 'name\n")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cm get a=b | cm,get,a=b",
        "a='b c' | a=b c",
        "\"a b\"'c d'e | a bc de",
        "a\\ b \"c\\\"d\" 'e\\f' | a b,c\"d,e\\f",
        "'' x | ,x",
      })
  void shouldTakeALineApart(String line, String words) {
    assertThat(String.join(",", ShellWords.of(line))).isEqualTo(words);
  }

  @Test
  void shouldRefuseALineThatIsNotFinished() {
    for (String line : List.of("a 'b", "a \"b", "a \\")) {
      assertThatThrownBy(() -> ShellWords.of(line)).hasMessageContaining("is not finished");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cm | | get,op,set,tables,walk",
        "cm get | | lamp,star",
        "cm get lamp | | name=",
        "cm set lamp | | name=,on=,rooms=,watts=",
        "cm set lamp name=desk | | on=,rooms=,watts=",
        "cm op lamp | | delete",
        "cm walk lamp --after | | name=",
        "cm walk lamp | | ",
        "cm get nothing | | ",
        "config use | | first,second",
        "config show --saved | | first,second",
        "cm walk | - |"
            + " --after,--data,--debug,--help,--json,--max,--socket,--timeout,--version,--vr",
      })
  void shouldOfferWhatCanStandNext(String before, String begun, String words) {
    Cli cli = Cli.at(node.socket());
    cli.run("config", "save", "first");
    cli.run("config", "save", "second");
    try (var client = MidplaneClient.connect(node.socket())) {
      var completion =
          new Completion(
              CommandTree.build(new String[0]),
              () -> client.configuration().tables(),
              () -> client.configuration().list());

      var offered =
          completion.of(List.of(before.split(" ")), begun == null ? "" : begun).stream().sorted();

      assertThat(String.join(",", offered.toList())).isEqualTo(words == null ? "" : words);
      assertThat(completion.of(List.of(), "")).contains("cm", "node", "config", "shell");
    }
  }

  @Test
  void shouldCompleteWithTheTabKeyAndKeepAHistory() throws Exception {
    var keys = new PipedOutputStream();
    var screen = new ByteArrayOutputStream();
    try (var terminal =
        new ExternalTerminal(
            "test", "ansi", new PipedInputStream(keys), screen, StandardCharsets.UTF_8)) {
      Thread user =
          Thread.ofVirtual()
              .start(() -> {
                type(keys, "cm set la\tna\tdesk watts=7\r");
                Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() ->
                        Cli.at(node.socket()).run("cm", "get", "lamp", "name=desk").status() == 0);
                type(keys, "exit\r");
              });

      assertThat(ShellCommand.session(terminal, context())).isZero();
      user.join();
    }
    assertThat(Files.readString(data.resolve("shell_history")))
        .contains("cm set lamp name=desk watts=7");
  }

  private static void type(PipedOutputStream keys, String text) {
    try {
      keys.write(text.getBytes(StandardCharsets.UTF_8));
      keys.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

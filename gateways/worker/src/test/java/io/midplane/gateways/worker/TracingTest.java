package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker traces, in the lines that execnet 1.9 has for the same frames. */
@Timeout(120)
class TracingTest {
  private static final String LINE = "'serve(io, id=\"gw0-worker\")'\n";

  /** EXEC of {@code channel.send(42);} on 1 as execnet writes it, then TERMINATE. */
  private static final byte[] EXEC =
      HexFormat.of()
          .parseHex(
              "03000000010000001f4e00000011"
                  + HexFormat.of().formatHex("channel.send(42);".getBytes())
                  + "4c4c4a400000000451");

  private static final byte[] TERMINATE = HexFormat.of().parseHex("020000000000000000");

  /** Both stock execnet's, but for the semicolon. */
  private static final List<String> LINES =
      List.of(
          "creating workergateway on ",
          "gw0-worker [receiver-thread] received <Message CHANNEL_EXEC channel=1 lendata=",
          "gw0-worker execution starts[1]: 'channel.send(42);'",
          "gw0-worker sent <Message CHANNEL_DATA channel=1 lendata=6>",
          "gw0-worker execution finished",
          "gw0-worker sent <Message CHANNEL_CLOSE channel=1 lendata=0>",
          "gw0-worker 1 sent channel close message",
          "gw0-worker [receiver-thread] received <Message GATEWAY_TERMINATE channel=0 lendata=0>");

  @TempDir Path folder;

  @Test
  @DisplayName("G55: EXECNET_DEBUG=2 is lines on standard error, with the process id")
  void shouldTraceToStandardError() throws Exception {
    Process worker = run(Map.of("EXECNET_DEBUG", "2"));

    String prefix = "[" + worker.pid() + "] ";
    assertTraced(worker.errorReader().lines().toList(), prefix);
    assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @DisplayName("G55: EXECNET_DEBUG=1 is a file of the process, without the id before each line")
  void shouldTraceToAFile() throws Exception {
    Process worker = run(Map.of("EXECNET_DEBUG", "1", "TMPDIR", folder.toString()));

    assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertTraced(Files.readAllLines(folder.resolve("execnet-debug-" + worker.pid())), "");
  }

  private static void assertTraced(List<String> lines, String prefix) {
    for (String expected : LINES) {
      assertThat(lines).anyMatch(line -> line.startsWith(prefix + expected));
    }
  }

  /** A worker that runs one task and is asked to end behind it. */
  private Process run(Map<String, String> environment) throws IOException {
    Path jar = folder.resolve("worker.jar");
    WorkerJar.main(new String[] {jar.toString()});
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-jar",
            jar.toString());
    builder.environment().putAll(environment);
    Process worker = builder.start();
    OutputStream out = worker.getOutputStream();
    out.write(LINE.getBytes());
    out.write(EXEC);
    out.flush();
    // The answer, an item, a close: then the task is over.
    var unused = worker.getInputStream().readNBytes(1 + 15 + 9);
    out.write(TERMINATE);
    out.flush();
    return worker;
  }
}

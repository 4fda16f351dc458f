package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.midplane.packet.file.CaptureFormat;
import io.midplane.packet.file.CaptureWriter;
import io.midplane.packet.frame.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for frames, in a namespace whose only interface is a loopback. */
@Tag("netns")
class PacketCommandsTest {
  private final String namespace = "mpc" + ProcessHandle.current().pid();
  private boolean made;

  @BeforeEach
  void add() throws Exception {
    if (run("ip", "netns", "add", namespace) != 0) {
      if (System.getenv("CI") == null) {
        abort("namespaces are refused here");
      }
      throw new AssertionError("namespaces are refused here");
    }
    made = true;
    assertThat(run("ip", "-n", namespace, "link", "set", "lo", "up")).isZero();
  }

  @AfterEach
  void remove() throws Exception {
    if (made) {
      assertThat(run("ip", "netns", "delete", namespace)).isZero();
    }
  }

  private static int run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException missing) {
      return -1;
    }
  }

  /** Has the kernel send a datagram to a port of the namespace's loopback. */
  private void datagram(int port) throws Exception {
    String script = "printf hello > /dev/udp/127.0.0.1/" + port;
    assertThat(run("ip", "netns", "exec", namespace, "bash", "-c", script)).isZero();
  }

  /** Runs a capture in a thread; returns once it runs. */
  private CompletableFuture<String> capture(String... more) throws Exception {
    var running = new CountDownLatch(1);
    OutputStream progress =
        new OutputStream() {
          @Override
          public void write(int b) {
            running.countDown();
          }
        };
    List<String> words = new ArrayList<>(List.of("packet", "capture", "lo", "--vr", namespace));
    words.addAll(List.of(more));
    var captured = new CompletableFuture<String>();
    Thread.ofPlatform()
        .start(() -> {
          var out = new ByteArrayOutputStream();
          int status =
              Main.run(
                  new PrintStream(out, false, StandardCharsets.UTF_8),
                  new PrintStream(progress, true, StandardCharsets.UTF_8),
                  Map.of(),
                  words.toArray(String[]::new));
          captured.complete(status + "\n" + out.toString(StandardCharsets.UTF_8));
        });
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    return captured;
  }

  @Test
  @DisplayName("packet interfaces lists those of a virtual router")
  void shouldListInterfaces() {
    var cli = new Cli(Map.of());

    Cli.Result table = cli.run("packet", "interfaces", "--vr", namespace);
    Cli.Result json = cli.run("packet", "interfaces", "--vr", namespace, "--json");

    assertThat(table.status()).isZero();
    assertThat(table.lines().get(0)).containsPattern("NUMBER +NAME +STATE +MTU +ADDRESS");
    assertThat(table.lines().get(1)).containsPattern("1 +lo +up +65536 +00:00:00:00:00:00");
    assertThat(json.lines()).hasSize(1);
    assertThat(json.out()).contains("\"name\":\"lo\"", "\"state\":\"up\"", "\"loopback\":true");
  }

  @Test
  @DisplayName("packet capture prints what the filter wants, and ends by count")
  void shouldCapture() throws Exception {
    CompletableFuture<String> captured =
        capture("--filter", "udp dst port 9", "--count", "2", "--json");

    datagram(8);
    datagram(9);
    datagram(9);

    List<String> lines = captured.get(20, TimeUnit.SECONDS).lines().toList();
    assertThat(lines.getFirst()).isEqualTo("0");
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1))
        .contains("\"interface\":\"lo\"", "\"ethertype\":2048", "\"length\":47", "\"vlan\":null");
  }

  @Test
  @DisplayName("packet capture ends by time, and takes no more of a frame than asked for")
  void shouldCaptureTheBeginning() throws Exception {
    CompletableFuture<String> captured = capture("--seconds", "2", "--snaplen", "30");

    datagram(9);

    List<String> lines = captured.get(20, TimeUnit.SECONDS).lines().toList();
    assertThat(lines.getFirst()).isEqualTo("0");
    assertThat(lines.get(1)).endsWith("type 0x0800 length 47 of which 30");
  }

  @Test
  @DisplayName("packet capture writes what tcpdump reads, and reads and sends what it wrote")
  void shouldWriteReadAndSend(@TempDir Path folder) throws Exception {
    String file = folder.resolve("two.pcapng").toString();
    var cli = new Cli(Map.of());
    CompletableFuture<String> written = capture("--filter", "udp", "--count", "2", "--write", file);
    datagram(8);
    datagram(9);
    assertThat(written.get(20, TimeUnit.SECONDS).strip()).isEqualTo("0");

    Cli.Result read = cli.run("packet", "capture", file, "--filter", "dst port 9", "--json");
    CompletableFuture<String> again = capture("--filter", "udp", "--count", "4", "--json");
    Cli.Result sent =
        cli.run("packet", "send", "lo", "--vr", namespace, "--read", file, "--loop", "2");

    assertThat(tcpdump(file)).hasSize(2).first().asString().contains("127.0.0.1.8: UDP, length 5");
    assertThat(read.lines()).hasSize(1);
    assertThat(read.out()).contains("\"interface\":\"lo\"", "\"length\":47");
    assertThat(sent).returns(0, Cli.Result::status).returns("4 sent\n", Cli.Result::out);
    List<String> received = again.get(20, TimeUnit.SECONDS).lines().toList();
    String bytes = read.out().substring(read.out().indexOf("\"bytes\""));
    assertThat(received).hasSize(5);
    assertThat(received.get(2) + "\n").endsWith(bytes);
    assertThat(received.get(4) + "\n").endsWith(bytes);
  }

  private static List<String> tcpdump(String file) throws Exception {
    Process process = new ProcessBuilder("tcpdump", "-nr", file).start();
    try (var lines = process.inputReader()) {
      return lines.lines().toList();
    }
  }

  @Test
  @DisplayName("packet send keeps the rate, and says what was not sent")
  void shouldKeepTheRate(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("f.pcap");
    try (CaptureWriter writer =
        CaptureWriter.builder().format(CaptureFormat.PCAP_MICROS).create(file)) {
      for (int i = 0; i < 50; i++) {
        writer.write(Frame.of(new byte[60]));
      }
      writer.write(Frame.of(new byte[13]));
    }
    var cli = new Cli(Map.of());
    String path = file.toString();
    long start = System.nanoTime();

    Cli.Result sent =
        cli.run(
            "packet", "send", "lo", "--vr", namespace, "--read", path, "--rate", "100", "--json");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(490));
    assertThat(sent.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(sent.out()).contains("\"sent\":50", "\"too-short\":1", "\"gone\":0");
    assertThat(cli.run("packet", "send", "lo", "--read", "/none").err()).contains("/none");
  }

  @Test
  @DisplayName("packet capture says what is wrong, and the status says whose fault it is")
  void shouldRefuse() {
    var cli = new Cli(Map.of());

    assertThat(cli.run("packet", "capture", "nope0", "--vr", namespace))
        .returns(ExitStatus.FAILED, Cli.Result::status)
        .extracting(Cli.Result::err)
        .asString()
        .contains("nope0", "ENODEV");
    assertThat(cli.run("packet", "capture", "lo", "--filter", "udp prt 9").err()).contains("prt");
    assertThat(cli.run("packet", "capture", "lo", "--count", "0").status())
        .isEqualTo(ExitStatus.USAGE);
  }
}

package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.gateways.worker.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gateways through a real sshd on loopback, with keys of the test's own: nothing is installed
 * there.
 */
@Tag("peer")
class SshTest {
  private static final Path SSHD = Path.of("/usr/sbin/sshd");
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String PRINTS_IN_PYTHON =
      """
      import subprocess, sys
      print("out \u00fc")
      print("err", file=sys.stderr)
      subprocess.run(["echo", "child"], stdout=sys.stderr)
      """;
  private static final String PRINTS_IN_JAVA =
      """
      System.out.println("out \u00fc");
      System.err.println("err");
      new ProcessBuilder("sh", "-c", "echo child >&2").inheritIO().start().waitFor();
      """;

  @TempDir private Path folder;
  private final Group group = Group.open(Groups.settings());
  private Process sshd;
  private Path config;

  @BeforeEach
  void startServer() throws Exception {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(Files.isExecutable(SSHD), "openssh-server is not installed");
    }
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.resolve("host").toString());
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.resolve("user").toString());
    int port = freePort();
    Path serverConfig =
        Files.write(
            folder.resolve("sshd_config"),
            List.of(
                "ListenAddress 127.0.0.1",
                "Port " + port,
                "HostKey " + folder.resolve("host"),
                "AuthorizedKeysFile " + folder.resolve("user.pub"),
                "StrictModes no",
                "PidFile none",
                "UsePAM no",
                "PermitRootLogin yes",
                "PasswordAuthentication no"));
    config =
        Files.write(
            folder.resolve("ssh_config"),
            List.of(
                "Host here",
                "  HostName 127.0.0.1",
                "  Port " + port,
                "  IdentityFile " + folder.resolve("user"),
                "  IdentitiesOnly yes",
                "  BatchMode yes",
                "  StrictHostKeyChecking no",
                "  UserKnownHostsFile /dev/null",
                "  LogLevel ERROR"));
    Files.createDirectories(Path.of("/run/sshd"));
    sshd =
        new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", serverConfig.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    Awaitility.await().atMost(LONG).until(() -> accepts(port));
  }

  @AfterEach
  void stop() throws Exception {
    group.close();
    if (sshd != null) {
      sshd.destroy();
      sshd.waitFor();
    }
  }

  @Test
  @DisplayName("G4, G7 Python without execnet over ssh")
  void shouldRunPythonOverSsh() {
    Gateway gateway = group.makeGateway("ssh=here//ssh_config=" + config + "//python=python3");

    Channel channel = gateway.remoteExec("channel.send(channel.receive() * 2)");
    channel.send(21);

    assertThat(channel.receive(LONG)).isEqualTo(42);
    assertThat(group.terminate(LONG))
        .extracting(MemberEnd::outcome)
        .containsExactly(MemberEnd.Outcome.ENDED);
  }

  @Test
  @DisplayName("a Java worker travels over ssh, and leaves no file")
  void shouldShipTheJavaWorkerOverSsh() throws IOException {
    String java = System.getProperty("java.home") + "/bin/java";
    Gateway gateway =
        group.makeGateway("ssh=here//ssh_config=" + config + "//java=" + java + "//env:TEST=x");

    Channel counted = gateway.remoteExec(ShippedTasks::count, 2);
    assertThat(counted.receive(LONG)).isEqualTo("item 0");
    assertThat(counted.receive(LONG)).isEqualTo("item 1");
    long pid = gateway.remoteInfo().pid();
    String command = ProcessHandle.of(pid).orElseThrow().info().commandLine().orElse("");
    assertThat(command).contains("-Dmidplane.worker.folder=");
    String made = command.replaceAll("(?s).*-Dmidplane.worker.folder=(\\S+).*", "$1");
    assertThat(Path.of(made)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"python=python3", "java=@"})
  @DisplayName("G59 what a task prints comes over ssh, with the id of its gateway")
  void shouldForwardWhatATaskPrints(String program) {
    String java = System.getProperty("java.home") + "/bin/java";
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    try (Group told =
        Group.open(Groups.settings().withOutput((id, line) -> lines.add(id + ": " + line)))) {
      String spec = "ssh=here//ssh_config=" + config + "//" + program.replace("@", java) + "//id=";
      List<Gateway> gateways = List.of(told.makeGateway(spec + "a"), told.makeGateway(spec + "b"));

      for (Gateway each : gateways) {
        each.remoteExec(each.farSide() == FarSide.PYTHON ? PRINTS_IN_PYTHON : PRINTS_IN_JAVA)
            .waitClose(LONG);
      }

      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(lines)
                  .containsExactlyInAnyOrder(
                      "a: out \u00fc",
                      "a: err",
                      "a: child",
                      "b: out \u00fc",
                      "b: err",
                      "b: child"));
    }
  }

  @Test
  @DisplayName("G8 255 of ssh is a host that is not found")
  void shouldSayThatAHostIsNotReached() {
    assertThatThrownBy(() ->
            group.makeGateway(
                "ssh=-p 1 -o ConnectTimeout=5 127.0.0.1//ssh_config="
                    + config
                    + "//python=python3"))
        .isInstanceOfSatisfying(
            WorkerDiedException.class,
            died -> {
              assertThat(died.code()).isEqualTo(ErrorCode.UNREACHABLE);
              assertThat(died.exit().status()).isEqualTo(255);
            });
    assertThatThrownBy(
            () -> group.makeGateway("ssh=here//ssh_config=" + config + "//python=/no/such"))
        .isInstanceOfSatisfying(
            WorkerDiedException.class, died -> assertThat(died.exit().status()).isEqualTo(127));
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}

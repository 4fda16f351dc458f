package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Python's stock execnet drives the worker, as it drives its own. */
@Tag("peer")
@Timeout(240)
class PythonClientTest {
  private static final String PYTHON = "/usr/bin/python3";

  @TempDir Path folder;

  @Test
  @DisplayName("G5, G14, G24, G28, G30, G35, G39, G41: over popen//python=java -jar")
  void shouldServeOverPopen() throws Exception {
    assertThat(client(popen(), "values", "errors", "channels", "half", "state", "large"))
        .containsExactly(
            "values as expected",
            "errors as expected",
            "channels as expected",
            "half as expected",
            "state as expected",
            "large as expected",
            "ended");
  }

  @Test
  @DisplayName("G12, G14, G24, G28, G30, G35, G39: over a socket, several clients at once")
  void shouldServeOverASocket() throws Exception {
    Worker worker = new Worker(WorkerSettings.defaults(), Tracing.of(Map.of()));
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (WorkerServer server = WorkerServer.start(worker, ServerSettings.open(loopback))) {
      String spec = "socket=127.0.0.1:" + server.address().getPort();
      List<Process> clients = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        clients.add(
            start("client.py", spec, "values", "errors", "channels", "half", "state", "large"));
      }
      for (Process client : clients) {
        assertThat(lines(client)).hasSize(7).endsWith("ended");
      }
    }
  }

  @Test
  @DisplayName("G52: behind a forwarder of Python")
  void shouldServeBehindAForwarder() throws Exception {
    assertThat(client(popen().replace("popen//", "popen//via=master//"), "values", "channels"))
        .containsExactly("values as expected", "channels as expected", "ended");
  }

  @Test
  @DisplayName(
      "G41, G52: forwards workers for a stock client, one of Python and one of its own kind")
  void shouldForward() throws Exception {
    assertThat(client(popen(), "forward")).containsExactly("forward as expected", "ended");
  }

  @Test
  @DisplayName("G41, G53: serves a stock client's further connections")
  void shouldListen() throws Exception {
    assertThat(client(popen(), "install")).containsExactly("install as expected", "ended");
  }

  @Test
  @DisplayName("G35, G54: a server with an interpreter runs what stock clients send as Python")
  void shouldServeWithAnInterpreter() throws Exception {
    Worker worker = new Worker(WorkerSettings.defaults(), Tracing.of(Map.of()));
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerSettings settings = ServerSettings.open(loopback).withPython("'" + PYTHON + "' -E");
    try (WorkerServer server = WorkerServer.start(worker, settings)) {
      String spec = "socket=127.0.0.1:" + server.address().getPort();
      Process other = start("client.py", spec, "interpreter");

      assertThat(client(spec, "interpreter")).containsExactly("interpreter as expected", "ended");
      assertThat(lines(other)).containsExactly("interpreter as expected", "ended");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> ProcessHandle.current().descendants().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  @DisplayName("G54: a wrong interpreter ends the connection and is told to the server's owner")
  void shouldSayThatTheInterpreterIsWrong() throws Exception {
    Worker worker = new Worker(WorkerSettings.defaults(), Tracing.of(Map.of()));
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerSettings settings = ServerSettings.open(loopback).withPython("/no/such/python");
    try (WorkerServer server = WorkerServer.start(worker, settings);
        Socket client = new Socket(loopback.getAddress(), server.address().getPort())) {
      client.getOutputStream().write("'text'\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  @DisplayName(
      "G36: what tasks print never gets between the frames, and standard input is at its end")
  void shouldKeepOutputApart() throws Exception {
    assertThat(client(popen(), "output", "values"))
        .containsExactly("output as expected", "values as expected", "ended");

    assertThat(Files.readString(folder.resolve("errors")))
        .contains("noise on System.out", "noise on System.err")
        .doesNotContain("noise on descriptor 1");
  }

  @Test
  @DisplayName("G40: SIGINT ends the tasks, not the worker")
  void shouldSurviveAnInterrupt() throws Exception {
    assertThat(client(popen(), "interrupt")).containsExactly("interrupt as expected", "ended");
  }

  @Test
  @DisplayName("G41: chdir, nice and env of a stock client's spec")
  void shouldBeSetUp() throws Exception {
    String made = folder.resolve("made").toString();

    assertThat(client(popen() + "//chdir=" + made + "//nice=3//env:MIDPLANE_TEST=a=b", "setup"))
        .containsExactly("setup as expected", "ended");
  }

  @Test
  @DisplayName("G5, G24, G28, G30, G35, G36, G39, G40, G41, G52, G53: the same on Java 21")
  void shouldServeOnJava21() throws Exception {
    String java = Peers.java21();

    assertThat(
            client(
                popen(java),
                "install",
                "values",
                "errors",
                "channels",
                "half",
                "state",
                "output",
                "interrupt",
                "forward"))
        .hasSize(10)
        .allMatch(line -> line.endsWith(" as expected") || line.equals("ended"));
    assertThat(client(popen(java) + "//chdir=" + folder, "values"))
        .as("Java 22 and later go into folders")
        .isEmpty();
    assertThat(Files.readString(folder.resolve("errors")))
        .contains("chdir: needs Java 22 or later here (is: 21)");
    assertThat(
            client(
                popen(java + " --limit-modules=java.base,java.compiler,jdk.unsupported"), "values"))
        .as("no compiler")
        .isEmpty();
    assertThat(Files.readString(folder.resolve("errors"))).contains("no Java compiler in ");
  }

  @Test
  @DisplayName("G44: a worker ends when its client was killed")
  void shouldEndWhenTheClientIsKilled() throws Exception {
    List<String> lines = client(popen(), "abandon");

    long pid = Long.parseLong(lines.getFirst().substring("pid ".length()));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  @DisplayName("G49, G50: trees that stock execnet sends arrive as at its own worker")
  void shouldReceiveTreesOfFiles() throws Exception {
    assertThatTreesArrive(
        Execnet.INSTALLED,
        "cold",
        "unchanged",
        "touched",
        "changed",
        "modes",
        "delete",
        "kinds",
        "vanished",
        "readonly",
        "single",
        "many");
  }

  @Test
  @DisplayName("G49, G50: trees that execnet 2 sends; of a mode alone it makes another one")
  void shouldReceiveTreesOfFilesOfExecnet2() throws Exception {
    assertThatTreesArrive(
        Execnet.TWO,
        "cold",
        "unchanged",
        "touched",
        "changed",
        "delete",
        "kinds",
        "vanished",
        "readonly",
        "single",
        "modes_of_2");
  }

  private void assertThatTreesArrive(Execnet execnet, String... wanted) throws Exception {
    String[] arguments = concat(folder.resolve("rsync").toString(), wanted);

    assertThat(lines(start(execnet, "rsync_client.py", popen(), arguments)))
        .containsExactlyElementsOf(
            Stream.concat(Stream.of(wanted).map(name -> name + " as expected"), Stream.of("ended"))
                .toList());
  }

  @Test
  @DisplayName("G5, G14, G24, G28, G30, G35, G36, G39, G40, G41, G52, G53: driven by execnet 2")
  void shouldServeExecnet2() throws Exception {
    String made = folder.resolve("made").toString();
    String spec = popen() + "//chdir=" + made + "//nice=3//env:MIDPLANE_TEST=a=b";
    String[] wanted = {
      "install",
      "setup",
      "values",
      "errors",
      "channels",
      "half",
      "state",
      "large",
      "output",
      "interrupt",
      "forward"
    };

    assertThat(lines(start(Execnet.TWO, "client.py", spec, wanted)))
        .hasSize(wanted.length + 1)
        .allMatch(line -> line.endsWith(" as expected") || line.equals("ended"));
  }

  private static String[] concat(String first, String... others) {
    return Stream.concat(Stream.of(first), Stream.of(others)).toArray(String[]::new);
  }

  private String popen() throws IOException {
    return popen(Path.of(System.getProperty("java.home"), "bin", "java").toString());
  }

  private String popen(String java) throws IOException {
    Path jar = folder.resolve("worker.jar");
    WorkerJar.main(new String[] {jar.toString()});
    return "popen//python=" + java + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar " + jar;
  }

  private List<String> client(String spec, String... wanted) throws Exception {
    return lines(start("client.py", spec, wanted));
  }

  private Process start(String name, String spec, String... wanted) throws IOException {
    return start(Execnet.INSTALLED, name, spec, wanted);
  }

  private Process start(Execnet execnet, String name, String spec, String... wanted)
      throws IOException {
    Path script = folder.resolve(name);
    try (var in = PythonClientTest.class.getResourceAsStream(name)) {
      Files.write(script, in.readAllBytes());
    }
    ProcessBuilder client =
        execnet
            .python(concat(script.toString(), concat(spec, wanted)))
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("errors").toFile()));
    // Java names files as the locale says.
    client.environment().put("LC_ALL", "C.UTF-8");
    return client.start();
  }

  private List<String> lines(Process client) throws Exception {
    List<String> lines = client.inputReader().lines().toList();
    System.out.println(Files.readString(folder.resolve("errors")));
    client.waitFor();
    return lines;
  }
}

package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.DumpException;
import io.midplane.gateways.wire.StringCoercion;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.EndOfChannelException;
import io.midplane.gateways.worker.RemoteException;
import io.midplane.gateways.worker.ServerSettings;
import io.midplane.gateways.worker.Token;
import io.midplane.gateways.worker.TokenFile;
import io.midplane.gateways.worker.Tracing;
import io.midplane.gateways.worker.Worker;
import io.midplane.gateways.worker.WorkerServer;
import io.midplane.gateways.worker.WorkerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gateways to workers of this machine: Python and Java, as processes, forwarded, and within. */
@Tag("peer")
class GatewayTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private final Group group = Group.open(Groups.settings());

  @BeforeAll
  static void requirePython() {
    Groups.requirePython();
  }

  @AfterEach
  void close() {
    group.close();
  }

  @Test
  @DisplayName("G7 Python without execnet is driven with our text")
  void shouldRunPython() {
    Gateway gateway = group.makeGateway("popen//python=python3");

    Channel channel = gateway.remoteExec("channel.send(channel.receive() * 2)");
    channel.send(21);

    assertThat(channel.receive(LONG)).isEqualTo(42);
    channel.waitClose(LONG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"popen", "inproc"})
  void shouldRunJavaSource(String spec) {
    Gateway gateway = group.makeGateway(spec);

    Channel channel = gateway.remoteExec("channel.send((Integer) channel.receive() * 2);");
    channel.send(21);

    assertThat(channel.receive(LONG)).isEqualTo(42);
    channel.waitClose(LONG);
  }

  @Test
  @DisplayName("G35 code that cannot be sent leaves no channel")
  void shouldLeaveNoChannelWhereNothingCouldBeSent() {
    Gateway gateway = group.makeGateway("inproc");

    assertThatThrownBy(() -> gateway.remoteExec("channel.send(;"))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("line 1");
    assertThatThrownBy(() -> gateway.remoteExec(ShippedTasks.class, "count", new Object()))
        .isInstanceOf(DumpException.class);

    assertThat(gateway)
        .hasToString("<Gateway id='gw0' receive-live, thread model, 0 active channels>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"popen", "inproc"})
  void shouldRunAMethodOfAClassAndWhatItNeeds(String spec) {
    Gateway gateway = group.makeGateway(spec);

    Channel channel = gateway.remoteExec(ShippedTasks::count, 3);

    List<Object> items = new ArrayList<>();
    channel.forEach(items::add);
    assertThat(items).containsExactly("item 0", "item 1", "item 2");
  }

  @Test
  @DisplayName("G38 many tasks at once fetch classes")
  void shouldFetchClassesForManyTasksAtOnce() {
    Gateway gateway = group.makeGateway("popen");

    List<Channel> channels =
        IntStream.range(0, 100).mapToObj(i -> gateway.remoteExec(ShippedTasks::count, 1)).toList();

    channels.forEach(each -> assertThat(each.receive(LONG)).isEqualTo("item 0"));
  }

  @Test
  @DisplayName("G35 errors of code have their last line")
  void shouldReportTheErrorOfPython() {
    Gateway gateway = group.makeGateway("popen//python=python3");

    Channel channel = gateway.remoteExec("1/0");

    assertThatThrownBy(() -> channel.receive(LONG))
        .isInstanceOf(RemoteException.class)
        .hasMessageStartingWith("Traceback (most recent call last):")
        .hasMessageEndingWith("ZeroDivisionError: division by zero\n");
    assertThatThrownBy(() -> channel.receive(LONG)).isInstanceOf(EndOfChannelException.class);
  }

  @Test
  void shouldCallAPythonFunctionWithArguments() {
    Gateway gateway = group.makeGateway("popen//python=python3");

    Channel channel =
        gateway.remoteCall(
            """
            def repeat(channel, word, times):
                channel.send(word * times)
            """,
            "repeat",
            Map.of("word", "ab", "times", 2));

    assertThat(channel.receive(LONG)).isEqualTo("abab");
  }

  @ParameterizedTest
  @CsvSource({
    "popen//python=python3, popen//via=m//java=@",
    "popen//python=python3, popen//python=python3//via=m",
    "popen, popen//via=m//java=@",
    "popen, popen//python=python3//via=m"
  })
  @DisplayName("G52 a worker, Python or Java, starts and forwards others")
  void shouldForward(String by, String spec) {
    Gateway master = group.makeGateway(by + "//id=m");
    String java = System.getProperty("java.home") + "/bin/java";
    Gateway sub = group.makeGateway(spec.replace("@", java));

    assertThat(sub.remoteInfo().pid()).isNotEqualTo(master.remoteInfo().pid());
    byte[] large = new byte[300_000];
    Channel echo =
        sub.farSide() == FarSide.PYTHON
            ? sub.remoteExec("channel.send(channel.receive())")
            : sub.remoteExec("channel.send(channel.receive());");
    echo.send(large);
    assertThat(echo.receive(LONG)).isEqualTo(Bytes.of(large));

    List<MemberEnd> ends = group.terminate(Duration.ofSeconds(10));

    assertThat(ends).extracting(MemberEnd::id).containsExactly("m", sub.id());
    assertThat(ends).extracting(MemberEnd::outcome).containsOnly(MemberEnd.Outcome.ENDED);
  }

  @Test
  @DisplayName("G8 a program that is not there is an error of makeGateway")
  void shouldRefuseAWrongInterpreter() {
    assertThatThrownBy(() -> group.makeGateway("popen//python=/no/such/python"))
        .isInstanceOf(WorkerDiedException.class)
        .hasMessageContaining("127")
        .hasMessageContaining("No such file");
    assertThat(group.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"popen//python=python3", "inproc"})
  @DisplayName("G60 strings of a gateway, and of a channel")
  void shouldReconfigure(String spec) {
    Gateway gateway = group.makeGateway(spec);
    String code =
        gateway.farSide() == FarSide.PYTHON
            ? "channel.receive()\nchannel.send('text')"
            : "channel.receive(); channel.send(\"text\");";
    Channel before = gateway.remoteExec(code);
    Channel changed = gateway.remoteExec(code);

    changed.reconfigure(new StringCoercion(true, true));
    gateway.reconfigure(new StringCoercion(true, true));
    Channel later = gateway.remoteExec(code);
    List.of(before, changed, later).forEach(each -> each.send(1));

    assertThat(before.receive(LONG)).isEqualTo("text");
    assertThat(changed.receive(LONG)).isEqualTo(Bytes.ofUtf8("text"));
    assertThat(later.receive(LONG)).isEqualTo(Bytes.ofUtf8("text"));
    assertThat(gateway.remoteInfo().platform()).isEqualTo("linux");
  }

  @ParameterizedTest
  @CsvSource({
    "'', popen//id=far",
    "'', popen//id=far//python=python3",
    "popen//id=m, socket//installvia=m//id=far",
    "popen//id=m, popen//via=m//id=far//java=@",
    "popen//python=python3//id=m, popen//via=m//id=far//java=@"
  })
  @DisplayName("G59 what a task prints comes with the id of its gateway")
  void shouldForwardWhatATaskPrints(String by, String spec) {
    Map<String, Queue<String>> lines = new ConcurrentHashMap<>();
    BiConsumer<String, String> listener =
        (id, line) -> lines.computeIfAbsent(id, any -> new ConcurrentLinkedQueue<>()).add(line);
    try (Group told = Group.open(Groups.settings().withOutput(listener))) {
      if (!by.isEmpty()) {
        var unused = told.makeGateway(by);
      }
      Gateway far =
          told.makeGateway(spec.replace("@", System.getProperty("java.home") + "/bin/java"));
      String code =
          far.farSide() == FarSide.PYTHON
              ? """
              import sys, threading
              print("out \u00fc")
              print("err", file=sys.stderr)
              thread = threading.Thread(target=lambda: print("thread"))
              thread.start()
              thread.join()
              """
              : """
              System.out.println("out \u00fc");
              System.err.println("err");
              Thread.ofVirtual().start(() -> System.out.println("thread")).join();
              """;

      far.remoteExec(code).waitClose(LONG);

      await().atMost(LONG).until(() -> lines.getOrDefault("far", new ArrayDeque<>()).size() >= 3);
      assertThat(lines.get("far")).containsExactly("out \u00fc", "err", "thread");
      assertThat(lines).containsOnlyKeys("far");
    }
  }

  @Test
  @DisplayName("G59 each client of one server gets what its own tasks print")
  void shouldTellEachClientItsOwnLines() {
    Map<String, Queue<String>> lines = new ConcurrentHashMap<>();
    BiConsumer<String, String> listener =
        (id, line) -> lines.computeIfAbsent(id, any -> new ConcurrentLinkedQueue<>()).add(line);
    try (Group told = Group.open(Groups.settings().withOutput(listener))) {
      var unused = told.makeGateway("popen//id=m");
      List<Gateway> clients =
          List.of(
              told.makeGateway("socket//installvia=m//id=one"),
              told.makeGateway("socket//installvia=m//id=two"));

      String code = "for (int i = 0; i < 500; i++) System.out.println(channel.receive());";
      List<Channel> channels = clients.stream().map(each -> each.remoteExec(code)).toList();
      for (int i = 0; i < 500; i++) {
        channels.get(0).send("one " + i);
        channels.get(1).send("two " + i);
      }

      for (String id : List.of("one", "two")) {
        await().atMost(LONG).until(() -> lines.getOrDefault(id, new ArrayDeque<>()).size() == 500);
        assertThat(lines.get(id))
            .containsExactlyElementsOf(
                IntStream.range(0, 500).mapToObj(i -> id + " " + i).toList());
      }
      assertThat(lines).containsOnlyKeys("one", "two");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"popen//python=python3", "popen"})
  @DisplayName("G53 a worker listens for another gateway")
  void shouldInstallAListener(String by) {
    Gateway master = group.makeGateway(by + "//id=m");
    Gateway sub = group.makeGateway("socket//installvia=m");

    // A Java worker serves it itself, Python has an interpreter of its own for it.
    assertThat(sub.farSide()).isEqualTo(master.farSide());
    assertThat(sub.remoteInfo().pid() == master.remoteInfo().pid())
        .isEqualTo(master.farSide() == FarSide.JAVA);
    assertThat(group.terminate(Duration.ofSeconds(10)))
        .extracting(MemberEnd::outcome)
        .containsOnly(MemberEnd.Outcome.ENDED);
  }

  @Test
  @DisplayName("G54 a socket server that asks for a token, and one for stock clients")
  void shouldReachJavaWorkersOverSockets(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("token");
    Token token = TokenFile.create(file);
    InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
    Worker worker = new Worker(WorkerSettings.defaults(), Tracing.of(Map.of()));
    try (WorkerServer secured = WorkerServer.start(worker, ServerSettings.secured(any, token));
        WorkerServer open = WorkerServer.start(worker, ServerSettings.open(any))) {
      Gateway one =
          group.makeGateway(
              "socket=127.0.0.1:" + secured.address().getPort() + "//token-file=" + file);
      Gateway other = group.makeGateway("socket=127.0.0.1:" + open.address().getPort());

      for (Gateway each : group) {
        Channel channel = each.remoteExec("channel.send(channel.receive());");
        channel.send("over a socket");
        assertThat(channel.receive(LONG)).isEqualTo("over a socket");
      }
      assertThatThrownBy(() -> group.makeGateway("socket=127.0.0.1:" + secured.address().getPort()))
          .isInstanceOf(MidplaneException.class);
      assertThat(group.gateways()).containsExactly(one, other);
      assertThat(group.terminate(LONG))
          .extracting(MemberEnd::outcome)
          .containsOnly(MemberEnd.Outcome.ENDED);
    }
  }

  @Test
  @DisplayName("G8 a worker that travels and cannot begin leaves no file, and says so")
  void shouldLeaveNothingWhereJavaCannotBeginAShippedWorker(@TempDir Path folder)
      throws IOException {
    Gateway master = group.makeGateway("popen//python=python3//id=m//env:TMPDIR=" + folder);
    String java = System.getProperty("java.home") + "/bin/java";

    assertThatThrownBy(
            () -> group.makeGateway("popen//via=m//java=" + java + "//jvm=-XX:+NoSuchOption"))
        .isInstanceOf(WorkerDiedException.class)
        .hasMessageContaining("exited with 1");

    assertThat(master.isReceiving()).isTrue();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisplayName("G46 a killed worker ends every wait with its signal")
  void shouldEndAllWaitsWhenTheWorkerIsKilled() {
    Gateway gateway = group.makeGateway("popen//python=python3");
    Channel channel = gateway.remoteExec("channel.receive()");
    var waiting = channel.receiveAsync();

    gateway.process().orElseThrow().destroyForcibly();

    assertThatThrownBy(waiting::join)
        .hasCauseInstanceOf(WorkerDiedException.class)
        .hasMessageContaining("SIGKILL");
    assertThatThrownBy(() -> gateway.remoteExec("1")).isInstanceOf(MidplaneException.class);
    assertThat(group.terminate(Duration.ofSeconds(5)))
        .extracting(MemberEnd::outcome)
        .containsExactly(MemberEnd.Outcome.WAS_GONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"popen", "inproc", "popen//python=python3"})
  @DisplayName("G39 the state and the place of a worker")
  void shouldAskForStateAndPlace(String spec) {
    Gateway gateway = group.makeGateway(spec);

    RemoteStatus status = gateway.remoteStatus();
    RemoteInfo information = gateway.remoteInfo();

    assertThat(status.model()).isEqualTo("thread");
    assertThat(status.executing()).isZero();
    long pid = gateway.process().map(ProcessHandle::pid).orElse(ProcessHandle.current().pid());
    assertThat(information.pid()).isEqualTo(pid);
    assertThat(information.platform()).isEqualTo("linux");
  }
}

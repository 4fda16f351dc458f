package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.rsync.Rsync;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.RemoteException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worker on a real Java 21, the oldest it is made for, with its coordinator on this Java. */
@Tag("peer")
@Timeout(120)
class Java21WorkerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String SHIPPED =
      """
      package shipped;
      import io.midplane.gateways.worker.Channel;
      public final class Counting {
        public static void count(Channel channel, int upTo) throws Exception {
          Thread own = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < upTo; i++) channel.send(new Item(i).text());
          });
          own.join();
        }
        record Item(int number) {
          String text() { return "item " + number + " on Java " + Runtime.version().feature(); }
        }
      }
      """;

  private final Group group = Group.open(Groups.settings());
  private String java;

  @BeforeEach
  void requirePeer() {
    java = Peers.java21();
  }

  @AfterEach
  void close() {
    group.close();
  }

  private Gateway worker() {
    return group.makeGateway("popen//id=m//java=" + java);
  }

  @Test
  @DisplayName("G35, G39 source compiled here runs there, and its errors have their line")
  void shouldRunSource() {
    Gateway gateway = worker();

    Channel channel =
        gateway.remoteExec(
            """
            channel.send(switch (channel.receive()) {
              case Integer number -> number * 2;
              default -> Runtime.version().feature();
            });
            """);
    channel.send(21);

    assertThat(channel.receive(LONG)).isEqualTo(42);
    assertThat(gateway.remoteInfo().version()).startsWith("21", "0");
    assertThatThrownBy(() -> gateway.remoteExec("int i = 0;\nchannel.send(1 / i);").receive(LONG))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("ArithmeticException");
  }

  @Test
  @DisplayName("G35 a class by reference, and what it needs, on virtual threads too")
  void shouldRunAMethodOfAClassOfJava21(@TempDir Path folder) throws Exception {
    Gateway gateway = worker();
    try (URLClassLoader classes = compiled(folder)) {
      Class<?> counting = classes.loadClass("shipped.Counting");

      Channel channel = gateway.remoteExec(counting, "count", 2);

      assertThat(channel.receive(LONG)).isEqualTo("item 0 on Java 21");
      assertThat(channel.receive(LONG)).isEqualTo("item 1 on Java 21");
      channel.waitClose(LONG);
    }
    Channel tooNew = gateway.remoteExec(ShippedTasks::count, 1);
    assertThatThrownBy(() -> tooNew.receive(LONG))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("UnsupportedClassVersionError")
        .hasMessageContaining("69.0");
  }

  private static URLClassLoader compiled(Path folder) throws IOException {
    Path source = Files.createDirectories(folder.resolve("shipped")).resolve("Counting.java");
    Files.writeString(source, SHIPPED);
    String[] arguments = {
      "--release",
      "21",
      "-proc:none",
      "-classpath",
      System.getProperty("java.class.path"),
      "-d",
      folder.toString(),
      source.toString()
    };
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments)).isZero();
    return new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, Java21WorkerTest.class.getClassLoader());
  }

  @Test
  @DisplayName("G26, G30, G32 channels, callbacks and streams at both ends")
  void shouldUseChannels() {
    Channel outer =
        worker()
            .remoteExec(
                """
                Channel inner = (Channel) channel.receive();
                inner.setCallback(item -> inner.send("seen " + item));
                Channel own = channel.newChannel();
                channel.send(own);
                own.send("from there");
                own.close("over");
                channel.receive();
                """);
    Channel inner = outer.newChannel();
    outer.send(inner);
    Channel theirs = (Channel) outer.receive(LONG);
    Queue<Object> seen = new ConcurrentLinkedQueue<>();
    inner.setCallback(seen::add);
    inner.send(1);
    inner.send("two");

    assertThat(theirs.receive(LONG)).isEqualTo("from there");
    assertThatThrownBy(() -> theirs.receive(LONG)).hasMessage("over");
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(seen).containsExactly("seen 1", "seen two"));
    outer.send("done");
    outer.waitClose(LONG);
  }

  @Test
  @DisplayName("a slow reader holds up its sender, at both ends")
  void shouldHoldUpASenderByCredits() throws Exception {
    Gateway gateway = worker();
    Channel channel =
        gateway.remoteExec(
            """
            var sent = new java.util.concurrent.atomic.AtomicInteger();
            Channel state = (Channel) channel.receive();
            Thread sender = Thread.ofVirtual().start(() -> {
              for (int i = 0; i < 64; i++) {
                channel.send(new byte[100_000]);
                sent.incrementAndGet();
              }
            });
            while (sender.getState() != Thread.State.WAITING || sent.get() < 9) Thread.onSpinWait();
            state.send(sent.get());
            sender.join();
            for (Object ready = state.receive(); ready != null; ready = state.receive()) {
              channel.receive();
            }
            """);
    Channel state = channel.newChannel();
    channel.send(state);

    assertThat((int) state.receive(LONG)).isBetween(9, 12);
    for (int i = 0; i < 64; i++) {
      assertThat(channel.receive(LONG)).isEqualTo(Bytes.of(new byte[100_000]));
    }
    Thread sender =
        Thread.ofPlatform()
            .start(() -> IntStream.range(0, 64).forEach(i -> channel.send(new byte[100_000])));
    await().atMost(LONG).until(() -> sender.getState() == Thread.State.WAITING);
    for (int i = 0; i < 64; i++) {
      state.send(i);
    }
    sender.join(LONG);
    assertThat(sender.isAlive()).isFalse();
    state.send(null);
    channel.waitClose(LONG);
  }

  @Test
  @DisplayName("G38 500 tasks at once on virtual threads, which waiting does not pin")
  void shouldRunManyTasksAtOnce() {
    Gateway gateway = worker();
    String source =
        """
        channel.send(channel.receive());
        channel.send(Thread.currentThread().isVirtual());
        """;
    List<Channel> channels =
        IntStream.range(0, 500).mapToObj(i -> gateway.remoteExec(source)).toList();

    assertThat(gateway.remoteStatus().executing()).isEqualTo(500);
    channels.forEach(each -> each.send(each.id()));
    channels.forEach(each -> assertThat(each.receive(LONG)).isEqualTo(each.id()));
    assertThat(channels.stream().map(each -> each.receive(LONG)).filter(Boolean.TRUE::equals))
        .hasSize(499);
  }

  @Test
  @DisplayName("G38 100 tasks at once fetch classes, also on virtual threads")
  void shouldFetchClassesForManyTasksAtOnce(@TempDir Path folder) throws Exception {
    Gateway gateway = worker();
    try (URLClassLoader classes = compiled(folder)) {
      Class<?> counting = classes.loadClass("shipped.Counting");

      List<Channel> channels =
          IntStream.range(0, 100).mapToObj(i -> gateway.remoteExec(counting, "count", 1)).toList();

      channels.forEach(each -> assertThat(each.receive(LONG)).isEqualTo("item 0 on Java 21"));
    }
  }

  @Test
  @DisplayName("G53 it serves more gateways on a socket, by token and TLS")
  void shouldServeOnASocket() {
    Gateway master = worker();
    Gateway behind = group.makeGateway("socket//installvia=m");

    Channel echo = behind.remoteExec("for (Object item : channel) channel.send(item);");
    byte[] large = new byte[100_000];
    echo.send(large);
    assertThat(echo.receive(LONG)).isEqualTo(Bytes.of(large));
    echo.closeOutput();
    echo.waitClose(LONG);
    assertThat(behind.remoteInfo().pid()).isEqualTo(master.remoteInfo().pid());
  }

  @Test
  @DisplayName("G49 it receives a tree of files from Java")
  void shouldReceiveATree(@TempDir Path folder) throws Exception {
    Path source = Files.createDirectories(folder.resolve("source/sub")).getParent();
    Path target = folder.resolve("target");
    Files.writeString(source.resolve("a"), "content");
    Files.write(source.resolve("sub/large"), new byte[5_000_000]);
    Files.createSymbolicLink(source.resolve("link"), Path.of("a"));

    var report =
        new Rsync(source)
            .withTimeout(LONG)
            .addTarget("there", worker().receiveFiles(), target.toString(), true)
            .send()
            .getFirst();

    assertThat(report.sent()).isEqualTo(2);
    assertThat(target.resolve("a")).hasContent("content");
    assertThat(Files.size(target.resolve("sub/large"))).isEqualTo(5_000_000);
    assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(Path.of("a"));
  }

  @Test
  @DisplayName("G35 without a compiler it runs what was compiled here, and says what it lacks")
  void shouldSayThatThereIsNoCompiler() {
    String modules = "java.base,java.compiler,jdk.unsupported";
    Gateway gateway = group.makeGateway("popen//java=" + java + "//jvm=--limit-modules=" + modules);

    assertThat(gateway.remoteExec("channel.send(1);").receive(LONG)).isEqualTo(1);
    // As a stock client has it: text to compile there.
    assertThatThrownBy(() -> gateway.execute("channel.send(1);").receive(LONG))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("no Java compiler in")
        .hasMessageContaining("expected: a JDK");
  }

  @Test
  @DisplayName("the start-up cache is of this Java, and not for another one")
  void shouldStartWithoutTheCacheOfAnotherJava() throws IOException {
    var unused = group.makeGateway("popen").remoteInfo();
    Gateway gateway = worker();

    ProcessHandle.Info process = gateway.process().orElseThrow().info();
    assertThat(process.command()).contains(Path.of(java).toRealPath().toString());
    assertThat(process.commandLine().orElseThrow()).contains("-jar").doesNotContain("AOT");
  }

  @Test
  @DisplayName("G45, G46 killed, it is reported with its signal, and what it started ends with it")
  void shouldReportItsDeath() {
    Gateway gateway = worker();
    Channel channel =
        gateway.remoteExec(
            """
            channel.send(new ProcessBuilder("sleep", "1000").start().pid());
            channel.receive();
            """);
    Number child = (Number) channel.receive(LONG);
    var waiting = channel.receiveAsync();

    gateway.process().orElseThrow().destroyForcibly();

    assertThatThrownBy(waiting::join)
        .hasCauseInstanceOf(WorkerDiedException.class)
        .hasMessageContaining("SIGKILL");
    assertThatThrownBy(() -> gateway.remoteExec("1;")).isInstanceOf(MidplaneException.class);
    assertThat(group.terminate(LONG))
        .extracting(MemberEnd::outcome)
        .containsExactly(MemberEnd.Outcome.WAS_GONE);
    await()
        .atMost(LONG)
        .until(() -> ProcessHandle.of(child.longValue()).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  @DisplayName("G59 what its tasks print comes with the id of the gateway")
  void shouldForwardWhatItsTasksPrint() {
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    try (Group told =
        Group.open(Groups.settings().withOutput((id, line) -> lines.add(id + ": " + line)))) {
      Gateway gateway = told.makeGateway("popen//id=far//java=" + java);

      gateway.remoteExec("System.out.println(\"printed\");").waitClose(LONG);

      await().atMost(LONG).untilAsserted(() -> assertThat(lines).containsExactly("far: printed"));
    }
  }
}

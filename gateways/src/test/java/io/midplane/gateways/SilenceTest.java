package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.ErrorCode;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.LinkSettings;
import io.midplane.gateways.worker.ServerSettings;
import io.midplane.gateways.worker.Token;
import io.midplane.gateways.worker.TokenFile;
import io.midplane.gateways.worker.Tracing;
import io.midplane.gateways.worker.Worker;
import io.midplane.gateways.worker.WorkerServer;
import io.midplane.gateways.worker.WorkerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A far end that says nothing and is not gone: stopped, cut off, or only busy. */
@Timeout(180)
class SilenceTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Duration SILENCE = Duration.ofMillis(1500);
  private final Group group = Group.open(watchful(INTERVAL, SILENCE));

  private static GroupSettings watchful(Duration interval, Duration silence) {
    return Groups.settings().withLink(LinkSettings.defaults().withHeartbeat(interval, silence));
  }

  @AfterEach
  void close() {
    group.close();
  }

  private static <T> Future<T> begin(Callable<T> code) {
    FutureTask<T> task = new FutureTask<>(code);
    Thread.ofVirtual().start(task);
    return task;
  }

  /** Everything that a program can wait for. */
  private static List<Future<?>> waits(Gateway gateway) {
    Channel received = gateway.remoteExec("channel.receive();");
    Channel closed = gateway.remoteExec("channel.receive();");
    Channel iterated = gateway.remoteExec("channel.receive();");
    Channel async = gateway.remoteExec("channel.receive();");
    List<Future<?>> waits = new ArrayList<>();
    waits.add(begin(received::receive));
    waits.add(begin(() -> received.receive(Duration.ofHours(1))));
    waits.add(
        begin(() -> {
          closed.waitClose();
          return "closed";
        }));
    waits.add(
        begin(() -> {
          for (Object each : iterated) {
            assertThat(each).isNull();
          }
          return "through";
        }));
    waits.add(async.receiveAsync().toCompletableFuture());
    waits.add(async.waitCloseAsync().toCompletableFuture());
    return waits;
  }

  private static void expectDeath(Future<?> wait) {
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> wait.get(60, TimeUnit.SECONDS))
        .withCauseInstanceOf(WorkerDiedException.class)
        .withMessageContaining(": nothing came for ")
        .withMessageContaining("LinkSettings.withHeartbeat")
        .satisfies(error ->
            assertThat(((WorkerDiedException) error.getCause()).code())
                .isEqualTo(ErrorCode.CALLEE_DIED));
  }

  private static void stop(ProcessHandle process) throws Exception {
    assertThat(new ProcessBuilder("kill", "-STOP", "" + process.pid()).start().waitFor()).isZero();
  }

  @Test
  @DisplayName("G62 a worker that is stopped is dead to all who wait, and killed")
  void shouldEndAWorkerThatIsStopped() throws Exception {
    Gateway gateway = group.makeGateway("popen");
    Gateway other = group.makeGateway("popen");
    ProcessHandle process = gateway.process().orElseThrow();
    // What a task of it started goes with it.
    Channel child =
        gateway.remoteExec(
            "channel.send(new ProcessBuilder(\"sleep\", \"600\").start().pid());"
                + " channel.receive();");
    ProcessHandle started =
        ProcessHandle.of(((Number) child.receive(LONG)).longValue()).orElseThrow();
    List<Future<?>> waits = waits(gateway);
    stop(process);

    waits.forEach(SilenceTest::expectDeath);

    await().atMost(LONG).until(() -> !process.isAlive() && !started.isAlive());
    assertThat(gateway.isReceiving()).isFalse();
    assertThatExceptionOfType(WorkerDiedException.class).isThrownBy(child::receive);
    MemberEnd end = gateway.terminate(LONG);
    assertThat(end.outcome()).isEqualTo(MemberEnd.Outcome.KILLED);
    assertThat(end.exit().signal()).isEqualTo("SIGKILL");
    assertThat(other.remoteStatus().executing()).isZero();
  }

  @Test
  @DisplayName("G62 also one that is stopped while it is sent much, and one behind another gateway")
  void shouldEndAWorkerThatTakesNothing() throws Exception {
    Gateway gateway = group.makeGateway("popen//id=master");
    String java = System.getProperty("java.home") + "/bin/java";
    Gateway behind = group.makeGateway("popen//via=master//java=" + java);
    Channel pid = behind.remoteExec("channel.send(ProcessHandle.current().pid());");
    ProcessHandle far = ProcessHandle.of(((Number) pid.receive(LONG)).longValue()).orElseThrow();
    List<Future<?>> waits = waits(behind);
    stop(far);
    waits.forEach(SilenceTest::expectDeath);
    await().atMost(LONG).until(() -> !far.isAlive());

    stop(gateway.process().orElseThrow());
    Channel channel = gateway.newChannel();
    Future<Object> sender =
        begin(() -> {
          while (true) {
            channel.send(new byte[1 << 18]);
          }
        });

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> sender.get(60, TimeUnit.SECONDS));
    assertThat(gateway.terminate(LONG).outcome()).isEqualTo(MemberEnd.Outcome.KILLED);
  }

  @Test
  @DisplayName("G62 without heartbeats a stopped worker is waited for")
  void shouldWaitWhereItIsToldTo() throws Exception {
    try (Group patient = Group.open(watchful(Duration.ZERO, Duration.ZERO))) {
      Gateway gateway = patient.makeGateway("popen");
      Channel channel = gateway.remoteExec("channel.send(channel.receive());");
      stop(gateway.process().orElseThrow());
      Gateway clock = group.makeGateway("popen");
      List<Future<?>> waits = waits(clock);
      stop(clock.process().orElseThrow());

      waits.forEach(SilenceTest::expectDeath);

      assertThat(gateway.isReceiving()).isTrue();
      channel.send("still there");
      new ProcessBuilder("kill", "-CONT", "" + gateway.process().orElseThrow().pid())
          .start()
          .waitFor();
      assertThat(channel.receive(LONG)).isEqualTo("still there");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("G62 a worker whose tasks keep every processor busy answers all the same")
  void shouldNotAccuseABusyWorker(boolean served) {
    try (Group watching = Group.open(watchful(INTERVAL, Duration.ofSeconds(2)))) {
      Gateway gateway = watching.makeGateway("popen//id=host");
      if (served) {
        gateway = watching.makeGateway("socket//installvia=host");
      }
      List<Channel> tasks = new ArrayList<>();
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 1; i++) {
        tasks.add(
            gateway.remoteExec(
                "channel.send(1);"
                    + "long end = System.nanoTime() + 4_000_000_000L;"
                    + "long turns = 0;"
                    + "while (System.nanoTime() < end) { turns++; }"
                    + "channel.send(turns > 0);"));
      }

      for (Channel each : tasks) {
        assertThat(each.receive(LONG)).isEqualTo(1);
        assertThat(each.receive(LONG)).isEqualTo(true);
      }

      assertThat(watching.gateways()).allMatch(Gateway::isReceiving);
    }
  }

  /** A connection that can be cut without an end at either side, as a cable is. */
  private static final class Cable implements AutoCloseable {
    private final ServerSocket listens = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final int target;
    private final CompletableFuture<String> serverEnded = new CompletableFuture<>();
    private volatile boolean cut;

    Cable(int target) throws IOException {
      this.target = target;
      Thread.ofPlatform().daemon().start(this::connect);
    }

    private void connect() {
      try {
        Socket near = listens.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofPlatform().daemon().start(() -> carry(near, far));
        carry(far, near);
        serverEnded.complete("ended");
      } catch (IOException closed) {
        serverEnded.completeExceptionally(closed);
      }
    }

    private void carry(Socket from, Socket to) {
      byte[] some = new byte[1 << 16];
      try {
        for (int count = from.getInputStream().read(some);
            count >= 0;
            count = from.getInputStream().read(some)) {
          if (!cut) {
            to.getOutputStream().write(some, 0, count);
          }
        }
      } catch (IOException reset) {
        // An end as well.
      }
    }

    @Override
    public void close() throws IOException {
      listens.close();
    }
  }

  @Test
  @DisplayName("G62, G63 a connection that is cut: both ends find out, and nothing is left")
  void shouldEndBothSidesOfACable(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("token");
    Token token = TokenFile.create(file);
    InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
    Worker worker =
        new Worker(WorkerSettings.defaults().withGrace(INTERVAL, INTERVAL), Tracing.of(Map.of()));
    try (WorkerServer server = WorkerServer.start(worker, ServerSettings.secured(any, token));
        Cable cable = new Cable(server.address().getPort())) {
      Gateway gateway =
          group.makeGateway(
              "socket=127.0.0.1:" + cable.listens.getLocalPort() + "//token-file=" + file);
      List<Future<?>> waits = waits(gateway);
      assertThat(gateway.remoteStatus().executing()).isEqualTo(4);

      cable.cut = true;

      waits.forEach(SilenceTest::expectDeath);
      assertThat(cable.serverEnded.get(60, TimeUnit.SECONDS)).isEqualTo("ended");
      assertThat(gateway.terminate(LONG).outcome()).isEqualTo(MemberEnd.Outcome.KILLED);
    }
  }
}

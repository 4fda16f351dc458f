package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.Wait;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.ServerSettings;
import io.midplane.gateways.worker.Token;
import io.midplane.gateways.worker.TokenFile;
import io.midplane.gateways.worker.Tracing;
import io.midplane.gateways.worker.Worker;
import io.midplane.gateways.worker.WorkerServer;
import io.midplane.gateways.worker.WorkerSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Code here and code at a Java worker wait for each other. */
@Timeout(120)
class BothWaitTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String WAITS_FIRST = "channel.send(\"got \" + channel.receive());";
  private final Group group = Group.open(confined());

  private static GroupSettings confined() {
    GroupSettings settings = Groups.settings();
    return settings.withLink(settings.link().withConfined(true));
  }

  @AfterEach
  void close() {
    group.close();
  }

  private static void expectRefusal(Gateway gateway) {
    Channel channel = gateway.remoteExec(WAITS_FIRST);

    String here = "thread " + Thread.currentThread().getName();
    String there = gateway.id() + "-worker";
    String what = "receive on channel " + channel.id();
    assertThatExceptionOfType(DeadlockDetectedException.class)
        .isThrownBy(channel::receive)
        .withMessageStartingWith("deadlock L6: gateway " + gateway.id() + ", channel ")
        .withMessageContaining(here + " has waited ")
        .satisfies(refused -> {
          assertThat(refused.level()).isEqualTo(DeadlockLevel.L6);
          assertThat(refused.cycle())
              .extracting(Wait::waiter, Wait::callee, Wait::operation)
              .containsExactly(tuple(here, there, what), tuple(there, here, what));
        });

    channel.send("it");
    assertThat(channel.receive(LONG)).isEqualTo("got it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"popen", "inproc"})
  @DisplayName("G56 a deadlock with a Java worker is refused here, and the channel goes on")
  void shouldRefuseAWaitOnAWorkerThatWaits(String spec) {
    expectRefusal(group.makeGateway(spec));
  }

  @Test
  @DisplayName("G56 also with a socket server, and behind another gateway")
  void shouldRefuseItOverASocketAndAForwarder(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("token");
    Token token = TokenFile.create(file);
    InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
    Worker worker = new Worker(WorkerSettings.defaults(), Tracing.of(Map.of()));
    try (WorkerServer server = WorkerServer.start(worker, ServerSettings.secured(any, token))) {
      int port = server.address().getPort();
      expectRefusal(group.makeGateway("socket=127.0.0.1:" + port + "//token-file=" + file));
      var unused = group.makeGateway("popen//id=master");
      String java = System.getProperty("java.home") + "/bin/java";
      expectRefusal(group.makeGateway("popen//via=master//java=" + java));
      assertThat(group.terminate(LONG))
          .extracting(MemberEnd::outcome)
          .containsOnly(MemberEnd.Outcome.ENDED);
    }
  }

  @Test
  @DisplayName("G56 a method that is shipped is confined like source, and one may wait for long")
  void shouldNotRefuseAWaitForAWorkerThatWorks() {
    Gateway gateway = group.makeGateway("inproc");

    Channel channel = gateway.remoteExec(ShippedTasks::answerLate, 2500);

    assertThat(channel.receive()).isEqualTo("late");
    assertThatExceptionOfType(DeadlockDetectedException.class).isThrownBy(channel::receive);
  }

  @Test
  @DisplayName("G57 where the ends are not confined the log tells, and nothing is refused")
  void shouldLogWhereAnotherThreadMayStillSend() throws Exception {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ChannelDeadlock.class);
    lines.start();
    logger.addAppender(lines);
    try (Group open = Group.open(Groups.settings())) {
      Channel channel = open.makeGateway("inproc//id=far").remoteExec(WAITS_FIRST);
      Thread waits = Thread.ofVirtual().name("reader").start(() -> channel.receive());
      await()
          .atMost(LONG)
          .until(() ->
              List.copyOf(lines.list).stream()
                  .anyMatch(line ->
                      line.getFormattedMessage().startsWith("GW-0002 gateway far, channel ")));

      channel.send("it");

      assertThat(waits.join(LONG)).isTrue();
      assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.DEBUG);
    } finally {
      logger.detachAppender(lines);
    }
  }
}

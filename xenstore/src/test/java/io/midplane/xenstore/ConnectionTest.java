package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.ThreadMark;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionTest extends AgainstFakeServer {

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .extracting(e -> e instanceof MidplaneException ? e : e.getCause())
        .isInstanceOfSatisfying(MidplaneException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  @DisplayName("XC9: a lost connection fails every open call at once, and later calls too")
  void shouldFailEveryOpenCallWhenTheConnectionIsLost() {
    List<CompletableFuture<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      calls.add(calling(() -> store.read("/a")));
      calls.add(store.readAsync("/b").toCompletableFuture());
    }
    for (int i = 0; i < 10; i++) {
      link.take();
    }

    link.close();

    calls.forEach(call -> assertCode(ErrorCode.CALLEE_DIED, call::join));
    assertCode(ErrorCode.UNREACHABLE, () -> store.read("/a"));
    assertCode(ErrorCode.UNREACHABLE, () -> store.readAsync("/a").toCompletableFuture().join());
    assertThat(store.statistics().openRequests()).isZero();
  }

  @Test
  @DisplayName("XC10: a call ends when its time is over; the connection lives on")
  void shouldEndACallWhenItsTimeIsOver() {
    XenStore hasty = store.timeout(Duration.ofMillis(20));

    assertCode(ErrorCode.TIMED_OUT, () -> hasty.read("/a"));
    assertCode(ErrorCode.TIMED_OUT, () -> hasty.readAsync("/b").toCompletableFuture().join());

    Message first = link.take();
    link.answer(first, "late");
    link.answer(link.take(), "late");
    var value = store.readTextAsync("/c").toCompletableFuture();
    link.answer(link.take(), "in time");
    assertThat(value.join()).isEqualTo("in time");
    assertThat(store.statistics().lateAnswers()).isEqualTo(2);
    assertThat(store.statistics().unmatchedAnswers()).isZero();
  }

  @Test
  @DisplayName("XC10: what a late answer grants is given back")
  void shouldGiveBackWhatALateAnswerGrants() {
    assertCode(ErrorCode.TIMED_OUT, () -> store.timeout(Duration.ofMillis(20)).begin());
    var value = store.readAsync("/keeps/reading");
    link.answer(link.take(), "17\0");

    assertThat(link.take().type()).isEqualTo(MessageType.READ.code());
    Message end = link.take();
    assertThat(end.type()).isEqualTo(MessageType.TRANSACTION_END.code());
    assertThat(end.transactionId()).isEqualTo(17);
    assertThat(end.payload()).isEqualTo(Texts.join("F"));
    assertThat(value.toCompletableFuture()).isNotDone();
  }

  @Test
  @DisplayName("XC10: an interrupt ends a call")
  void shouldEndACallAtAnInterrupt() throws Exception {
    var failure = new CompletableFuture<Throwable>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                store.read("/a");
              } catch (MidplaneException e) {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                failure.complete(e);
              }
            });
    link.take();

    thread.interrupt();

    assertThat(failure.join())
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    thread.join();
  }

  @Test
  @DisplayName("XC11: closing waits for answers that are due")
  void shouldWaitForAnswersThatAreDue() throws Exception {
    var patient =
        XenStore.connect(settings().socket(server.socket).closeTimeout(Duration.ofSeconds(30)));
    try (FakeServer.Link other = server.accept()) {
      var written = patient.writeAsync("/a", "v").toCompletableFuture();
      Message request = other.take();
      var closed = patient.closeAsync().toCompletableFuture();
      assertThat(closed).isNotDone();

      other.answer(request, "OK\0");

      written.join();
      closed.join();
    }
  }

  @Test
  @DisplayName("XC11: closing gives up at its bound; calls then fail as closed, again is harmless")
  void shouldGiveUpWaitingAtItsBound() {
    var call = store.readAsync("/a").toCompletableFuture();
    link.take();

    store.close();
    store.close();

    assertCode(ErrorCode.CLOSED, call::join);
    assertCode(ErrorCode.CLOSED, () -> store.read("/a"));
  }

  @Test
  @DisplayName("XC12: who cannot connect is told the path")
  void shouldNameThePathThatCannotBeConnectedTo() {
    Path nowhere = folder.resolve("nowhere");

    assertThatThrownBy(() -> XenStore.connect(nowhere))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREACHABLE))
        .hasMessageContaining(nowhere.toString());
    assertThatThrownBy(() -> XenStore.connect(XenStoreSettings.defaults().xenBus(nowhere)))
        .hasMessageContaining(nowhere + ": no such device");
    assertThat(nowhere).doesNotExist();
  }

  @Test
  @DisplayName("XC12: who may not connect is told the path and why")
  void shouldNameThePathThatItMayNotUse() throws Exception {
    assumeFalse("root".equals(System.getProperty("user.name")), "root may connect to every socket");
    Files.setPosixFilePermissions(server.socket, Set.of());

    assertThatThrownBy(() -> XenStore.connect(server.socket))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREACHABLE))
        .hasMessageContaining(server.socket.toString())
        .hasMessageContaining("ermission");
  }

  @Test
  @DisplayName("XC13: XENSTORED_PATH, then XENSTORED_RUNDIR, then the default")
  void shouldFindTheSocketAsLibxenstoreDoes() {
    Path socket = Path.of("/var/run/xenstored/socket");
    var both = Map.of("XENSTORED_PATH", "/p/s", "XENSTORED_RUNDIR", "/r");

    assertThat(ServerAddress.of(both, "Linux", path -> false)).hasToString("UnixSocket(/p/s)");
    assertThat(ServerAddress.of(Map.of("XENSTORED_RUNDIR", "/r"), "Linux", path -> false))
        .hasToString("UnixSocket(/r/socket)");
    assertThat(ServerAddress.of(Map.of(), "Linux", path -> false))
        .isEqualTo(new ServerAddress.UnixSocket(socket));
    assertThat(ServerAddress.of(Map.of(), "Linux", socket::equals))
        .isEqualTo(new ServerAddress.UnixSocket(socket));
    assertThat(ServerAddress.of(Map.of(), "Linux", Path.of("/dev/xen/xenbus")::equals))
        .hasToString("XenBus(/dev/xen/xenbus)");
  }

  @Test
  @DisplayName("XC14: the text form names the way and the path")
  void shouldNameTheWayAndThePath() {
    assertThat(store).hasToString("XenStore(UnixSocket(" + server.socket + "))");
  }

  @Test
  @DisplayName("XC15: the device is found by system, the one in /dev preferred")
  void shouldFindTheDeviceBySystem() {
    Set<Path> both = Set.of(Path.of("/dev/xen/xenbus"), Path.of("/proc/xen/xenbus"));

    assertThat(ServerAddress.device("Linux", both::contains)).hasToString("/dev/xen/xenbus");
    assertThat(ServerAddress.device("Linux", Path.of("/proc/xen/xenbus")::equals))
        .hasToString("/proc/xen/xenbus");
    assertThat(ServerAddress.device("NetBSD", path -> true)).hasToString("/kern/xen/xenbus");
  }

  @Test
  @DisplayName("XC44: after a reconnect watches are registered again and say what may be missed")
  void shouldRegisterWatchesAgain() throws Exception {
    var settings =
        settings()
            .socket(server.socket)
            .reconnect(new ReconnectPolicy(1000, Duration.ofMillis(1), Duration.ofMillis(20)));
    try (var lasting = XenStore.connect(settings)) {
      FakeServer.Link first = server.accept();
      Monitor monitor = lasting.monitor();
      var watching = monitor.watchAsync(WatchOptions.of("/w")).toCompletableFuture();
      Message watch = first.take();
      first.answer(watch, "OK\0");
      watching.join();
      var begun = lasting.beginAsync().toCompletableFuture();
      first.answer(first.take(), "1\0");
      Transaction transaction = begun.join();

      first.close();

      try (FakeServer.Link second = server.accept()) {
        Message again = second.take();
        assertThat(again.payload()).isEqualTo(watch.payload());
        second.answer(again, "OK\0");
        assertThat(monitor.next()).isEqualTo(new WatchEvent(WatchEvent.Kind.MISSED, "/w", "/w"));
        assertThatThrownBy(() -> transaction.read("/a"))
            .isInstanceOfSatisfying(
                MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED))
            .hasMessageContaining("transaction 1")
            .hasMessageContaining("lost");
        var value = lasting.readTextAsync("/a").toCompletableFuture();
        second.answer(second.take(), "back");
        assertThat(value.join()).isEqualTo("back");
        assertThat(lasting.statistics().reconnects()).isEqualTo(1);
      }
    }
  }

  @Test
  @DisplayName("XC44: giving up to reconnect fails who waits")
  void shouldGiveUpToReconnect() throws Exception {
    var settings =
        settings()
            .socket(server.socket)
            .reconnect(new ReconnectPolicy(3, Duration.ofMillis(1), Duration.ofMillis(2)));
    try (var lasting = XenStore.connect(settings);
        FakeServer.Link first = server.accept()) {
      server.close();
      var call = lasting.readAsync("/a").toCompletableFuture();
      first.take();
      first.close();

      assertCode(ErrorCode.CALLEE_DIED, call::join);
      assertCode(ErrorCode.UNREACHABLE, () -> lasting.read("/a"));
      assertThatThrownBy(() -> lasting.monitor().watch("/w")).isInstanceOf(MidplaneException.class);
    }
  }

  @Test
  @DisplayName("XC46: no thread per call, and none after the end")
  void shouldLeaveNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    List<CompletableFuture<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(store.readAsync("/a").toCompletableFuture());
    }
    Set<Thread> during = new java.util.HashSet<>(Thread.getAllStackTraces().keySet());
    during.removeAll(before);

    assertThat(during.stream().filter(thread -> thread.getName().contains("xen"))).isEmpty();
    link.close();
    calls.forEach(call -> assertCode(ErrorCode.CALLEE_DIED, call::join));
    store.close();
    await()
        .untilAsserted(() ->
            assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().contains("xen")));
  }

  @Test
  @DisplayName("XC46: a thread that must not wait is refused before anything is sent")
  void shouldRefuseToWaitOnAnActorsThread() throws Exception {
    assertThatThrownBy(() -> ThreadMark.runNonBlocking("someone", () -> store.read("/a")))
        .isInstanceOf(DeadlockDetectedException.class)
        .hasMessageContaining("readAsync()");

    var value =
        ThreadMark.runNonBlocking("someone", () -> store.readTextAsync("/a")).toCompletableFuture();
    link.answer(link.take(), "v");
    assertThat(value.join()).isEqualTo("v");
  }
}

package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.WatchEvent.Kind;
import io.midplane.xenstore.server.XenStoreServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Watches, unwatching and the end of the connection, each while other threads are at work. */
@Timeout(120)
class WatchRacesTest {
  private static final int NODES = 10;
  private static final int CHANGES = 200;

  @TempDir Path folder;
  private XenStoreServer server;
  private XenStoreSettings settings;
  private XenStore writing;
  private XenStore watching;

  @BeforeEach
  void connect() {
    Path socket = folder.resolve("socket");
    server = XenStoreServer.builder().socket(socket).start();
    settings = XenStoreSettings.defaults().socket(socket).maxEvents(4);
    writing = XenStore.connect(settings);
    watching = XenStore.connect(settings);
  }

  @AfterEach
  void disconnect() {
    writing.close();
    watching.close();
    server.close();
  }

  private static String node(int number) {
    return "/w/n" + number;
  }

  private void change() {
    for (int change = 1; change <= CHANGES; change++) {
      for (int number = 0; number < NODES; number++) {
        writing.write(node(number), "" + change);
      }
    }
  }

  /** Looks again at what each event is about, until nothing more comes. */
  private Map<String, String> seen(Monitor monitor, Predicate<WatchEvent> believes) {
    Map<String, String> seen = new TreeMap<>();
    for (var event = monitor.next(Duration.ofMillis(200));
        event.isPresent();
        event = monitor.next(Duration.ofMillis(200))) {
      if (!believes.test(event.get())) {
        continue;
      }
      if (event.get().kind() == Kind.CHANGED) {
        seen.put(event.get().path(), watching.readText(event.get().path(), ""));
      } else {
        watching.list("/w").forEach(n -> seen.put("/w/" + n, watching.readText("/w/" + n)));
      }
    }
    seen.remove("/w");
    return seen;
  }

  private static Map<String, String> last() {
    Map<String, String> last = new TreeMap<>();
    for (int number = 0; number < NODES; number++) {
      last.put(node(number), "" + CHANGES);
    }
    return last;
  }

  @RepeatedTest(3)
  @DisplayName(
      "XC33: whoever looks again at each event, MISSED too, has seen the last state of all")
  void shouldNeverLoseTheLastChange() {
    Monitor monitor = watching.monitor();
    var unused = monitor.watch("/w");
    var changes = CompletableFuture.runAsync(this::change);

    Map<String, String> seen = new TreeMap<>();
    while (!changes.isDone()) {
      seen.putAll(seen(monitor, event -> true));
    }
    seen.putAll(seen(monitor, event -> true));

    assertThat(seen).isEqualTo(last());
  }

  @Test
  @DisplayName("XC33: the check notices when MISSED is not heeded")
  void shouldNoticeALostChange() {
    Monitor monitor = watching.monitor();
    var unused = monitor.watch("/w");
    change();
    await().until(() -> watching.statistics().missedEvents() > 0);

    assertThat(seen(monitor, event -> event.kind() == Kind.CHANGED)).isNotEqualTo(last());
  }

  @RepeatedTest(50)
  @DisplayName(
      "XC34: no callback begins once unwatching has returned, however many changes there are")
  void shouldCallNobodyBackAfterUnwatching() {
    var isClosed = new AtomicBoolean();
    var before = new AtomicInteger();
    var after = new AtomicInteger();
    var stop = new AtomicBoolean();
    var changes =
        CompletableFuture.runAsync(() -> {
          for (int i = 0; !stop.get(); i++) {
            writing.write(node(i % NODES), "" + i);
          }
        });
    Subscription subscription =
        watching
            .monitor()
            .watch(
                WatchOptions.of("/w"),
                event -> (isClosed.get() ? after : before).incrementAndGet());
    await().until(() -> before.get() > 1);

    subscription.close();
    isClosed.set(true);
    watching.read("/w");
    stop.set(true);
    changes.join();

    assertThat(after).hasValue(0);
    assertThat(watching.statistics().watches()).isZero();
  }

  @RepeatedTest(20)
  @DisplayName(
      "XC9: whoever is in a call when the server goes gets an error, and nobody is left over")
  void shouldEndEveryCall() throws InterruptedException {
    writing.write("/w", "v");
    var atWork = new CountDownLatch(6);
    List<CompletableFuture<ErrorCode>> callers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      boolean isAsync = i % 2 == 0;
      callers.add(
          CompletableFuture.supplyAsync(
              () -> callUntilItFails(isAsync, atWork), task -> Thread.ofPlatform().start(task)));
    }
    atWork.await();

    server.close();

    assertThat(callers)
        .extracting(CompletableFuture::join)
        .isSubsetOf(ErrorCode.CALLEE_DIED, ErrorCode.UNREACHABLE);
    assertThat(writing.statistics().openRequests()).isZero();
  }

  private ErrorCode callUntilItFails(boolean isAsync, CountDownLatch atWork) {
    for (int i = 0; ; i++) {
      try {
        var value =
            isAsync ? writing.readAsync("/w").toCompletableFuture().get() : writing.read("/w");
        assertThat(value).hasSize(1);
      } catch (MidplaneException e) {
        return e.code();
      } catch (ExecutionException e) {
        return ((MidplaneException) e.getCause()).code();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (i == 10) {
        atWork.countDown();
      }
    }
  }
}

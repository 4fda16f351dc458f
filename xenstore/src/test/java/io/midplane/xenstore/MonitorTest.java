package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.WatchEvent.Kind;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.XenStoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MonitorTest extends AgainstFakeServer {

  @Override
  XenStoreSettings settings() {
    return super.settings().maxEvents(4);
  }

  private static WatchEvent changed(String path, String token) {
    return new WatchEvent(Kind.CHANGED, path, token);
  }

  /** Registers a watch; answers its token on the wire. */
  private String watch(Monitor monitor, String path, String token) {
    var watching = monitor.watchAsync(WatchOptions.of(path).token(token)).toCompletableFuture();
    Message request = link.take();
    assertThat(request.type()).isEqualTo(MessageType.WATCH.code());
    List<String> texts = Texts.split(request.payload());
    assertThat(texts.get(0)).isEqualTo(path);
    link.answer(request, "OK\0");
    watching.join();
    return texts.get(1);
  }

  /** Ends a watch that the fake server then answers; what runs before the answer is given. */
  private void close(Subscription subscription, Runnable beforeTheAnswer) {
    var closed = subscription.closeAsync().toCompletableFuture();
    Message request = link.take();
    assertThat(request.type()).isEqualTo(MessageType.UNWATCH.code());
    beforeTheAnswer.run();
    link.answer(request, "OK\0");
    closed.join();
  }

  @Test
  @DisplayName("XC17: an answer without an id goes to the oldest watch; its event may come before")
  void shouldMatchWatchAnswersWithoutAnId() {
    Monitor monitor = store.monitor();
    var first = monitor.watchAsync(WatchOptions.of("/a")).toCompletableFuture();
    Message firstRequest = link.take();
    var second = monitor.watchAsync(WatchOptions.of("/b")).toCompletableFuture();
    Message secondRequest = link.take();
    String token = Texts.split(firstRequest.payload()).get(1);

    link.send(FakeServer.bytes(15, 0x1234, 0x5678, "/a\0" + token + "\0"));
    link.send(FakeServer.bytes(4, 0, 0, "OK\0"));
    assertThat(first.join().path()).isEqualTo("/a");
    assertThat(second).isNotDone();
    link.send(FakeServer.bytes(4, 0, 0, "OK\0"));
    assertThat(second.join().path()).isEqualTo("/b");
    assertThat(secondRequest.requestId()).isNotEqualTo(firstRequest.requestId());

    assertThat(monitor.next()).isEqualTo(changed("/a", "/a"));
  }

  @Test
  @DisplayName("XC17: an answer to UNWATCH without an id ends the oldest unwatching")
  void shouldMatchAnUnwatchAnswerWithoutAnId() {
    Monitor monitor = store.monitor();
    watch(monitor, "/a", "t");
    watch(monitor, "/b", "t");
    List<Subscription> open = monitor.subscriptions();
    var first = open.getFirst().closeAsync().toCompletableFuture();
    link.take();
    var second = open.getLast().closeAsync().toCompletableFuture();
    link.take();

    link.send(FakeServer.bytes(5, 0, 0, "OK\0"));
    first.join();
    assertThat(second).isNotDone();
    link.send(FakeServer.bytes(5, 0, 0, "OK\0"));
    second.join();
    assertThat(store.statistics().watches()).isZero();
  }

  @Test
  @DisplayName("XC32: equal paths and tokens live side by side; events come in order")
  void shouldGiveEachWatchATokenOfItsOwn() {
    Monitor one = store.monitor();
    Monitor other = store.monitor();
    String first = watch(one, "/a", "token");
    String second = watch(other, "/a", "token");
    assertThat(first).isNotEqualTo(second);

    link.event("/a", first);
    link.event("/a/x", first);
    link.event("/a/y", second);

    assertThat(one.next()).isEqualTo(changed("/a", "token"));
    assertThat(one.next()).isEqualTo(changed("/a/x", "token"));
    assertThat(other.next()).isEqualTo(changed("/a/y", "token"));
    assertThat(one.poll()).isEmpty();
  }

  @Test
  @DisplayName("XC33: an iterator waits with a time limit and without; the end wakes it")
  void shouldWaitForEvents() {
    Monitor monitor = store.monitor();
    String token = watch(monitor, "/a", "/a");
    assertThat(monitor.next(Duration.ofMillis(10))).isEmpty();

    var next = calling(() -> monitor.iterator().next());
    link.event("/a/b", token);
    assertThat(next.join().path()).isEqualTo("/a/b");

    var never = calling(monitor::next);
    link.close();
    assertThatThrownBy(never::join)
        .cause()
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREACHABLE));
  }

  @Test
  @DisplayName("XC33: what is queued is merged; over the bound MISSED takes the place of all")
  void shouldStateItsOverflowRule() {
    Monitor monitor = store.monitor();
    String token = watch(monitor, "/a", "t");
    for (int i = 0; i < 100; i++) {
      link.event("/a/same", token);
    }
    link.event("/a/2", token);
    link.event("/a/3", token);
    flush();
    assertThat(monitor.drain())
        .containsExactly(changed("/a/same", "t"), changed("/a/2", "t"), changed("/a/3", "t"));

    for (int i = 0; i < 10; i++) {
      link.event("/a/" + i, token);
    }
    flush();
    assertThat(monitor.drain()).containsExactly(new WatchEvent(Kind.MISSED, "/a", "t"));
    assertThat(store.statistics().missedEvents()).isEqualTo(1);
    link.event("/a/after", token);
    assertThat(monitor.next()).isEqualTo(changed("/a/after", "t"));
  }

  /** When its answer is here, what was sent before it is here. */
  private void flush() {
    var value = store.readAsync("/flush").toCompletableFuture();
    link.answer(link.take(), "");
    value.join();
  }

  @Test
  @DisplayName("XC33: a callback takes one event at a time and may fail")
  void shouldCallBack() {
    var seen = new CopyOnWriteArrayList<String>();
    var watching =
        store
            .monitor()
            .watchAsync(
                WatchOptions.of("/a"),
                event -> {
                  seen.add(event.path());
                  throw new IllegalStateException("as the test wants it");
                })
            .toCompletableFuture();
    Message request = link.take();
    String token = Texts.split(request.payload()).get(1);
    link.answer(request, "OK\0");
    watching.join();

    link.event("/a/1", token);
    link.event("/a/2", token);

    await().untilAsserted(() -> assertThat(seen).containsExactly("/a/1", "/a/2"));
  }

  @Test
  @DisplayName("XC33: a channel is readable exactly while events wait")
  void shouldOfferAChannelToSelectOn() throws Exception {
    Monitor monitor = store.monitor();
    String token = watch(monitor, "/a", "/a");
    try (var selector = java.nio.channels.Selector.open()) {
      monitor.channel().register(selector, java.nio.channels.SelectionKey.OP_READ);
      assertThat(selector.selectNow()).isZero();

      link.event("/a/1", token);
      link.event("/a/2", token);

      assertThat(selector.select(30_000)).isEqualTo(1);
      flush();
      assertThat(monitor.drain()).hasSize(2);
      selector.selectedKeys().clear();
      assertThat(selector.selectNow()).isZero();
    }
  }

  @Test
  @DisplayName("XC34: no event is delivered once unwatching is complete, not even a queued one")
  void shouldDeliverNothingAfterUnwatching() {
    Monitor monitor = store.monitor();
    String token = watch(monitor, "/a", "t");
    String other = watch(monitor, "/b", "t");
    link.event("/a/queued", token);
    link.event("/b/queued", other);
    flush();
    Subscription subscription =
        monitor.subscriptions().stream()
            .filter(open -> open.path().equals("/a"))
            .findFirst()
            .orElseThrow();

    close(subscription, () -> link.event("/a/late", token));

    assertThat(monitor.drain()).containsExactly(changed("/b/queued", "t"));
    assertThat(subscription.isOpen()).isFalse();
  }

  @Test
  @DisplayName("XC34: unwatching waits for a callback that runs")
  void shouldWaitForACallbackThatRuns() throws Exception {
    var running = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var watching =
        store
            .monitor()
            .watchAsync(
                WatchOptions.of("/a"),
                event -> {
                  running.countDown();
                  awaitUninterruptibly(goOn);
                })
            .toCompletableFuture();
    Message request = link.take();
    link.answer(request, "OK\0");
    Subscription subscription = watching.join();
    link.event("/a", Texts.split(request.payload()).get(1));
    running.await();

    var closed = subscription.closeAsync().toCompletableFuture();
    link.answer(link.take(), "OK\0");
    flush();
    assertThat(closed).isNotDone();
    goOn.countDown();
    closed.join();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @DisplayName("XC35: unwatching twice, or what the server forgot, is not fatal")
  void shouldUnwatchAVanishedWatch() {
    Monitor monitor = store.monitor();
    watch(monitor, "/a", "t");
    Subscription subscription = monitor.subscriptions().getFirst();

    var closed = subscription.closeAsync().toCompletableFuture();
    link.refuse(link.take(), "ENOENT");
    closed.join();
    subscription.close();

    assertThat(monitor.subscriptions()).isEmpty();
    assertThat(store.statistics().watches()).isZero();
  }

  @Test
  @DisplayName("XC36: an event of a watch that is no more is dropped and counted")
  void shouldDropEventsOfRemovedWatches() {
    Monitor monitor = store.monitor();
    String token = watch(monitor, "/a", "t");
    close(monitor.subscriptions().getFirst(), () -> {});

    link.event("/a", token);
    link.event("/a", "never heard of");
    flush();

    assertThat(monitor.next(Duration.ofMillis(5))).isEmpty();
    assertThat(store.statistics().strayEvents()).isEqualTo(2);
  }

  @Test
  @DisplayName("XC37: a watch that failed leaves nothing behind")
  void shouldLeaveNothingOfAFailedWatch() {
    Monitor monitor = store.monitor();
    var watching = monitor.watchAsync(WatchOptions.of("/a")).toCompletableFuture();
    link.refuse(link.take(), "E2BIG");

    assertThatThrownBy(watching::join)
        .cause()
        .isInstanceOf(XenStoreException.class)
        .hasMessageContaining("quota of watches");
    assertThat(monitor.subscriptions()).isEmpty();
    assertThat(store.statistics().watches()).isZero();
  }

  @Test
  @DisplayName("XC39: a depth or one domain's special path is refused without the feature")
  void shouldRefuseDepthWithoutTheFeature() {
    for (var options :
        List.of(WatchOptions.of("/a").depth(1), WatchOptions.of("@releaseDomain/6"))) {
      var watching = calling(() -> store.monitor().watch(options));
      if (options.depth() != null) {
        link.refuse(link.take(), "ENOSYS");
      }
      assertThatThrownBy(watching::join)
          .cause()
          .isInstanceOfSatisfying(
              MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
          .hasMessageContaining("depth");
    }
  }

  @Test
  @DisplayName("XC39: with the feature the depth is sent")
  void shouldSendTheDepth() {
    var watching = calling(() -> store.monitor().watch(WatchOptions.of("/a").depth(1)));
    link.answer(link.take(), "4\0");
    Message request = link.take();
    assertThat(Texts.split(request.payload())).hasSize(3).endsWith("1");
    link.answer(request, "OK\0");
    assertThat(watching.join().isOpen()).isTrue();
  }

  @Test
  @DisplayName("XC41: awaiting a state watches first, then reads, and reads again at an event")
  void shouldMissNoChangeWhileAwaiting() {
    CompletableFuture<Optional<byte[]>> wanted =
        store
            .awaitAsync("/a", value -> value.isPresent(), Duration.ofSeconds(30))
            .toCompletableFuture();
    Message watch = link.take();
    assertThat(watch.type()).isEqualTo(MessageType.WATCH.code());
    link.answer(watch, "OK\0");
    Message read = link.take();
    link.event("/a", Texts.split(watch.payload()).get(1));
    link.refuse(read, "ENOENT");
    link.answer(link.take(), "here");
    link.answer(link.take(), "OK\0");

    assertThat(wanted.join().orElseThrow()).asString().isEqualTo("here");
  }

  @Test
  @DisplayName("XC41: awaiting a state ends when the time is over, and says what it saw")
  void shouldEndAwaitingWhenTheTimeIsOver() {
    var wanted =
        store.awaitAsync("/a", Optional::isEmpty, Duration.ofMillis(30)).toCompletableFuture();
    link.answer(link.take(), "OK\0");
    link.answer(link.take(), "still there");
    link.answer(link.take(), "OK\0");

    assertThatThrownBy(wanted::join)
        .cause()
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
        .hasMessageContaining("11 bytes");
  }
}

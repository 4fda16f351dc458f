package io.midplane.testkit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.midplane.testkit.xenstore.XenStoreKind;
import io.midplane.xenstore.DomainEvent;
import io.midplane.xenstore.DomainWatch;
import io.midplane.xenstore.Monitor;
import io.midplane.xenstore.Subscription;
import io.midplane.xenstore.WatchEvent;
import io.midplane.xenstore.WatchEvent.Kind;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("XC47: watches, the same against each server")
class ClientWatchesTest extends ClientSpec {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(20);

  private static WatchEvent changed(String path, String token) {
    return new WatchEvent(Kind.CHANGED, path, token);
  }

  @Test
  @DisplayName("XC32: the first event comes after the registration, the others in order")
  void shouldDeliverEventsInOrder() {
    try (XenStore other = connect();
        Monitor monitor = store.monitor()) {
      monitor.watch("/foo/bar", "a unique token");
      assertThat(monitor.next(LONG)).contains(changed("/foo/bar", "a unique token"));
      for (int i = 0; i < 20; i++) {
        other.write("/foo/bar/" + i, "v");
      }
      List<String> paths = new ArrayList<>();
      while (paths.size() < 20) {
        paths.add(monitor.next(LONG).orElseThrow().path());
      }
      assertThat(paths).startsWith("/foo/bar/0", "/foo/bar/1").endsWith("/foo/bar/19");
      assertThat(monitor.next(SHORT)).isEmpty();
    }
  }

  @Test
  @DisplayName("XC32: the same path and token twice are two watches; one ends without the other")
  void shouldKeepEqualWatchesApart() {
    Monitor one = store.monitor();
    Monitor other = store.monitor();
    Subscription first = one.watch("/a", "t");
    other.watch("/a", "t");
    assertThat(one.next(LONG)).isPresent();
    assertThat(other.next(LONG)).isPresent();

    first.close();
    store.write("/a", "v");

    assertThat(other.next(LONG)).contains(changed("/a", "t"));
    assertThat(one.next(SHORT)).isEmpty();
  }

  @Test
  @DisplayName("XC33: a callback and an iterator see a change of the same connection")
  void shouldCallBack() {
    var seen = new CopyOnWriteArrayList<String>();
    store.monitor().watch("/a", event -> seen.add(event.path()));
    store.write("/a/b", "v");

    await().untilAsserted(() -> assertThat(seen).containsExactly("/a", "/a/b"));
  }

  @Test
  @DisplayName("XC34: after unwatching nothing comes; XC35: again is harmless")
  void shouldEndAWatch() {
    Monitor monitor = store.monitor();
    Subscription subscription = monitor.watch("/a");
    store.write("/a", "v");
    subscription.close();
    subscription.close();
    store.write("/a", "w");

    assertThat(monitor.next(SHORT)).isEmpty();
    assertThat(store.statistics().watches()).isZero();
    assertThat(monitor.subscriptions()).isEmpty();
  }

  @Test
  @DisplayName("XC38: a relative watch has relative paths")
  void shouldDeliverRelativePaths() {
    Monitor monitor = store.monitor();
    Subscription subscription = monitor.watch("device");
    assertThat(monitor.next(LONG)).contains(changed("device", "device"));

    store.write("/local/domain/0/device/vif", "v");

    assertThat(monitor.next(LONG)).contains(changed("device/vif", "device"));
    subscription.close();
  }

  @Test
  @DisplayName(
      "XC39: special paths can be watched; other things about them are the server's answer")
  void shouldWatchSpecialPaths() {
    Monitor monitor = store.monitor();
    monitor.watch("@introduceDomain");
    monitor.watch("@releaseDomain");
    assertThat(List.of(monitor.next(LONG).orElseThrow(), monitor.next(LONG).orElseThrow()))
        .containsExactly(
            changed("@introduceDomain", "@introduceDomain"),
            changed("@releaseDomain", "@releaseDomain"));
    assertThat(monitor.next(SHORT)).isEmpty();
  }

  @Test
  @DisplayName("XC39: domains that come and go are named")
  void shouldNameTheDomains() {
    var events = new CopyOnWriteArrayList<DomainEvent>();
    store.mkdir("/local/domain/7");
    DomainWatch watch = store.domains().watch(events::add);
    var seven = new DomainId(7);

    server.introduce(7);
    await().untilAsserted(() -> assertThat(events).contains(new DomainEvent.Introduced(seven)));
    assertThat(watch.domains()).contains(seven);
    store.domains().release(seven);
    await().untilAsserted(() -> assertThat(events).contains(new DomainEvent.Released(seven)));
    assertThat(watch.domains()).doesNotContain(seven);
    watch.close();
  }

  @Test
  @DisplayName("XC41: awaiting a state misses no change")
  void shouldAwaitAState() {
    try (XenStore other = connect()) {
      for (int i = 0; i < 20; i++) {
        String wanted = Integer.toString(i);
        var waiting =
            CompletableFuture.supplyAsync(
                () ->
                    store.await(
                        "/state",
                        value -> value.map(Texts::text).filter(wanted::equals).isPresent(),
                        LONG),
                Thread::startVirtualThread);
        other.write("/state", wanted);
        assertThat(waiting.join().orElseThrow()).asString().isEqualTo(wanted);
      }
    }
    assertThat(store.statistics().watches()).isZero();
  }

  @Test
  @DisplayName("XC9: the daemon's death ends calls, waits and watches at once")
  void shouldEndEverythingWhenTheDaemonDies() {
    Monitor monitor = store.monitor();
    monitor.watch("/a");
    monitor.next(LONG);
    var waiting = CompletableFuture.supplyAsync(monitor::next, Thread::startVirtualThread);
    await().until(() -> !waiting.isDone());

    server.close();

    assertThat(waiting.handle((event, failure) -> failure).join())
        .hasMessageContaining("connection lost");
    assertThat(store.readAsync("/a").handle((value, failure) -> failure).toCompletableFuture())
        .succeedsWithin(LONG)
        .isNotNull();
    server = null;
  }

  @Test
  @DisplayName("XC42: what is about domains; the server says who may")
  void shouldSpeakOfDomains() {
    var five = new DomainId(5);
    assertThat(store.domains().path(five)).isEqualTo("/local/domain/5");
    assertThat(store.domains().pathAsync(five).toCompletableFuture().join())
        .isEqualTo("/local/domain/5");
    assertThat(store.domains().isIntroduced(five)).isFalse();
    assertThatThrownBy(() -> store.domains().introduce(DomainId.CONTROL, 1, 1))
        .hasMessageContaining("expected: 1 to 32751");

    server.introduce(5);
    assertThat(store.domains().isIntroduced(five)).isTrue();
    store.domains().setTarget(five, DomainId.CONTROL);
    store.domains().resume(five);
    store.domains().release(five);
    assertThat(store.domains().isIntroduced(five)).isFalse();
    assertThat(store.control().features()).isEqualTo(kind == XenStoreKind.MIDPLANE ? 12 : 0);
  }

  @Test
  @DisplayName("XC42: control commands reach the daemon")
  void shouldControlTheDaemon() {
    assertThat(store.control().command("check")).isEqualTo("OK");
  }
}

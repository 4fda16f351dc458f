package io.midplane.testkit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.midplane.actors.Midplane;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.ThreadMark;
import io.midplane.xenstore.RetryPolicy;
import io.midplane.xenstore.TransactionId;
import io.midplane.xenstore.WalkOrder;
import io.midplane.xenstore.WatchEvent;
import io.midplane.xenstore.WatchOptions;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.actor.WatchProtocol;
import io.midplane.xenstore.actor.XenStoreActors;
import io.midplane.xenstore.actor.XenStoreProtocol;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.XenStoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("XC33: in a runtime, connection and watches are actors")
class BothWaysTest extends ClientSpec {
  private Midplane midplane;
  private XenStoreActors actors;

  @BeforeEach
  void startRuntime() {
    midplane = Midplane.start();
    actors = XenStoreActors.start(midplane, settings(), "xenstore");
  }

  @AfterEach
  void stopRuntime() {
    actors.close();
    midplane.close();
  }

  /** What a series of calls answers, refuses and leaves in the store, as text. */
  private List<String> outcomes(XenStore way) {
    List<String> outcomes = new ArrayList<>();
    List<Function<XenStore, Object>> calls =
        List.of(
            s -> done(() -> s.write("/both/a", "1")),
            s -> s.readText("/both/a"),
            s -> s.read("/none"),
            s -> s.readText("/none", "fallback"),
            s -> s.exists("/both"),
            s -> s.list("/both"),
            s -> s.read("/a//b"),
            s -> done(() -> s.write("/both/long", new byte[4090])),
            s -> done(() -> s.setPermissions("/both/a", "n0", "r5")),
            s -> s.permissions("/both/a"),
            s -> done(() -> s.mkdir("/both/d/e")),
            s -> s.walk("/both", WalkOrder.BOTTOM_UP).map(node -> node.path()).toList(),
            s -> s.inTransaction(tx -> done(() -> tx.write("/both/t", "in tx"))),
            s -> s.readText("/both/t"),
            s -> done(() -> s.transaction(RetryPolicy.defaults().attempts(2), this::conflict)),
            s -> done(() -> s.begin().close()),
            s -> new ArrayList<>(s.readAll(List.of("/both/a", "/none", "/both/t")).keySet()),
            s -> s.domains().path(new io.midplane.xenstore.wire.DomainId(3)),
            s -> s.control().features(),
            s -> s.readTextAsync("/both/a").toCompletableFuture().join(),
            s -> done(() -> s.remove("/both")),
            s -> done(() -> s.remove("/both/none")),
            s -> refused(() -> s.read("/both")));
    for (Function<XenStore, Object> call : calls) {
      outcomes.add(outcome(() -> call.apply(way)));
    }
    return outcomes;
  }

  private void conflict(io.midplane.xenstore.Transaction tx) {
    tx.write("/both/a", tx.readText("/both/a") + "mine");
    store.write("/both/a", "theirs");
  }

  private static String done(Runnable call) {
    call.run();
    return "done";
  }

  /** The same on a thread that must not wait. */
  private static Object refused(Runnable call) {
    try {
      return ThreadMark.runNonBlocking("an actor", () -> done(call));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String outcome(java.util.function.Supplier<Object> call) {
    try {
      return String.valueOf(call.get());
    } catch (XenStoreException e) {
      return e.errorName() + " " + e.getMessage();
    } catch (DeadlockDetectedException e) {
      return "deadlock " + e.level();
    } catch (MidplaneException e) {
      return e.code() + " " + numbersOut(e);
    }
  }

  private static String numbersOut(MidplaneException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\d+ ms|transaction \\d+", "…");
  }

  @Test
  @DisplayName("XC33: the short way and the way through the actor answer, refuse and end alike")
  void shouldAnswerTheSameBothWays() {
    List<String> shortWay = outcomes(actors.store());
    List<String> throughActor = outcomes(actors.storeThroughActor());

    assertThat(throughActor).isEqualTo(shortWay);
    assertThat(shortWay).anyMatch(text -> text.startsWith("deadlock"));
    assertThat(shortWay).contains("done", "fallback", "[a]");
    var hasty = Duration.ofMillis(20);
    if (server.freeze()) {
      for (XenStore way : List.of(actors.store(), actors.storeThroughActor())) {
        assertThat(outcome(() -> way.timeout(hasty).readText("/x"))).startsWith("TIMED_OUT");
      }
      server.thaw();
    }
    server.close();
    for (XenStore way : List.of(actors.store(), actors.storeThroughActor())) {
      await().until(() -> outcome(() -> way.readText("/x")).startsWith("UNREACHABLE"));
    }
  }

  @Test
  @DisplayName("XC33: an actor reads, writes and runs a transaction by messages")
  void shouldSpeakItsProtocol() {
    TestProbe<XenStoreProtocol.Reply> probe = TestProbe.create(midplane.system());
    var self = probe.getRef();

    actors.ref().tell(new XenStoreProtocol.Write("/a", "v".getBytes(StandardCharsets.UTF_8), self));
    probe.expectMessage(new XenStoreProtocol.Done());
    actors.ref().tell(new XenStoreProtocol.Read("/a", self));
    assertThat(probe.expectMessageClass(XenStoreProtocol.Value.class).bytes())
        .isEqualTo("v".getBytes(StandardCharsets.UTF_8));
    actors.ref().tell(new XenStoreProtocol.Read("/none", self));
    assertThat(probe.expectMessageClass(XenStoreProtocol.Refused.class).reason())
        .isInstanceOfSatisfying(
            XenStoreException.class, e -> assertThat(e.errorName()).isEqualTo(ErrorName.ENOENT));
    actors.ref().tell(new XenStoreProtocol.Read("not//valid", self));
    assertThat(probe.expectMessageClass(XenStoreProtocol.Refused.class).reason().code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    actors.ref().tell(new XenStoreProtocol.ListChildren(TransactionId.NONE, "/", self));
    assertThat(probe.expectMessageClass(XenStoreProtocol.Names.class).names()).contains("a");

    actors.ref().tell(new XenStoreProtocol.Begin(self));
    TransactionId id = probe.expectMessageClass(XenStoreProtocol.Begun.class).transaction();
    actors
        .ref()
        .tell(new XenStoreProtocol.Write(id, "/a", "w".getBytes(StandardCharsets.UTF_8), self));
    probe.expectMessage(new XenStoreProtocol.Done());
    assertThat(store.readText("/a")).isEqualTo("v");
    actors.ref().tell(new XenStoreProtocol.Commit(id, self));
    probe.expectMessage(new XenStoreProtocol.Done());
    assertThat(store.readText("/a")).isEqualTo("w");
  }

  @Test
  @DisplayName("XC33: an actor gets a batch of events at a time, the next when it is ready")
  void shouldDeliverBatchesToAnActor() {
    TestProbe<XenStoreProtocol.Reply> probe = TestProbe.create(midplane.system());
    TestProbe<WatchProtocol.Notice> subscriber = TestProbe.create(midplane.system());
    actors
        .ref()
        .tell(
            new XenStoreProtocol.Watch(WatchOptions.of("/w"), subscriber.getRef(), probe.getRef()));
    var watch = probe.expectMessageClass(XenStoreProtocol.Watching.class).watch();
    var first = subscriber.expectMessageClass(WatchProtocol.Events.class);
    assertThat(first.events()).extracting(WatchEvent::path).containsExactly("/w");

    store.write("/w/1", "v");
    store.write("/w/2", "v");
    subscriber.expectNoMessage(Duration.ofMillis(50));
    await().until(() -> actors.store().exists("/w/2"));
    List<String> paths = new ArrayList<>();
    while (paths.size() < 2) {
      watch.tell(new WatchProtocol.Next());
      subscriber.expectMessageClass(WatchProtocol.Events.class).events().stream()
          .map(WatchEvent::path)
          .forEach(paths::add);
    }
    assertThat(paths).containsExactly("/w/1", "/w/2");

    TestProbe<WatchProtocol.Unwatched> unwatched = TestProbe.create(midplane.system());
    watch.tell(new WatchProtocol.Unwatch(unwatched.getRef()));
    unwatched.expectMessage(new WatchProtocol.Unwatched());
    store.write("/w/3", "v");
    subscriber.expectNoMessage(Duration.ofMillis(20));
    await().until(() -> actors.store().statistics().watches() == 0);
  }

  @Test
  @DisplayName("XC9: the end of the connection reaches a watch's subscriber")
  void shouldTellTheEnd() {
    TestProbe<XenStoreProtocol.Reply> probe = TestProbe.create(midplane.system());
    TestProbe<WatchProtocol.Notice> subscriber = TestProbe.create(midplane.system());
    actors
        .ref()
        .tell(
            new XenStoreProtocol.Watch(WatchOptions.of("/w"), subscriber.getRef(), probe.getRef()));
    var watch = probe.expectMessageClass(XenStoreProtocol.Watching.class).watch();
    subscriber.expectMessageClass(WatchProtocol.Events.class);
    watch.tell(new WatchProtocol.Next());

    server.close();

    subscriber.expectMessageClass(WatchProtocol.Ended.class);
  }

  @Test
  @DisplayName("XC33: a watch ends with its subscriber")
  void shouldEndWithItsSubscriber() {
    TestProbe<XenStoreProtocol.Reply> probe = TestProbe.create(midplane.system());
    TestProbe<WatchProtocol.Notice> subscriber = TestProbe.create(midplane.system());
    actors
        .ref()
        .tell(
            new XenStoreProtocol.Watch(WatchOptions.of("/w"), subscriber.getRef(), probe.getRef()));
    probe.expectMessageClass(XenStoreProtocol.Watching.class);
    subscriber.expectMessageClass(WatchProtocol.Events.class);

    subscriber.stop();

    await().until(() -> actors.store().statistics().watches() == 0);
  }
}

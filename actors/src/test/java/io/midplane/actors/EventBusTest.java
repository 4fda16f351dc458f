package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventBusTest {

  private static final EventId VLAN = EventId.of("cm", "vlan");
  private static final EventId VLAN_SET = EventId.of("cm", "vlan", "set");

  @RegisterExtension
  final RuntimeUnderTest runtime =
      RuntimeUnderTest.with(
          MidplaneSettings.defaults().eventStreamBuffer(4).eventCallbackBuffer(5000));

  private EventBus events;

  @BeforeEach
  void open() {
    events = runtime.midplane().events();
  }

  @Test
  @DisplayName("E1: a prefix receives all below it, and nothing beside it; the root receives all")
  void shouldDeliverToThePrefixesOfAnId() {
    Queue<String> atRoot = record(EventId.ROOT);
    Queue<String> atModule = record(EventId.of("cm"));
    Queue<String> atTable = record(VLAN);
    Queue<String> atEvent = record(VLAN_SET);
    Queue<String> elsewhere = record(EventId.of("cm", "vl"));

    events.publish(VLAN_SET, Row.empty());
    events.publish(VLAN, Row.empty());
    events.publish(EventId.of("fdb", "flush"), Row.empty());

    await()
        .untilAsserted(
            () -> assertThat(atRoot).containsExactly("cm.vlan.set", "cm.vlan", "fdb.flush"));
    await().untilAsserted(() -> assertThat(atModule).containsExactly("cm.vlan.set", "cm.vlan"));
    await().untilAsserted(() -> assertThat(atTable).containsExactly("cm.vlan.set", "cm.vlan"));
    await().untilAsserted(() -> assertThat(atEvent).containsExactly("cm.vlan.set"));
    assertThat(elsewhere).isEmpty();
  }

  @Test
  @DisplayName("E1: after close no delivery begins")
  void shouldDeliverNothingAfterClose() throws InterruptedException {
    var first = new CountDownLatch(1);
    var delivered = new AtomicInteger();
    Subscription subscription =
        events.subscribe(
            VLAN,
            event -> {
              delivered.incrementAndGet();
              first.countDown();
            });
    events.publish(VLAN_SET, Row.empty());
    assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();

    subscription.close();
    subscription.close();
    events.publish(VLAN_SET, Row.empty());
    flush();

    assertThat(delivered).hasValue(1);
    assertThat(subscription.isOpen()).isFalse();
    assertThat(events.openSubscriptions()).isZero();
  }

  @Test
  @DisplayName("E1: what waits for a callback when the subscription is closed is not delivered")
  void shouldDropWhatIsQueuedForAClosedSubscription() throws InterruptedException {
    var inCallback = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var delivered = new AtomicInteger();
    Subscription subscription =
        events.subscribe(
            VLAN,
            event -> {
              delivered.incrementAndGet();
              inCallback.countDown();
              awaitQuietly(goOn);
            });
    events.publish(VLAN_SET, Row.empty());
    events.publish(VLAN_SET, Row.empty());
    assertThat(inCallback.await(10, TimeUnit.SECONDS)).isTrue();

    subscription.close();
    goOn.countDown();
    flush();

    assertThat(delivered).hasValue(1);
  }

  @Test
  @DisplayName("E2: a callback gets the event and its subscription; one may serve many")
  void shouldServeSeveralSubscriptionsWithOneCallback() {
    Map<Subscription, String> seen = new ConcurrentHashMap<>();
    BiConsumer<Event, Subscription> callback =
        (event, subscription) -> seen.put(subscription, event.id().toString());
    Subscription vlan = events.subscribe(VLAN, callback);
    Subscription fdb = events.subscribe(EventId.of("fdb"), callback);

    events.publish(VLAN_SET, Row.empty());
    events.publish(EventId.of("fdb", "flush"), Row.empty());

    await()
        .untilAsserted(
            () -> assertThat(seen).isEqualTo(Map.of(vlan, "cm.vlan.set", fdb, "fdb.flush")));
  }

  @Test
  void shouldLetASubscriberCloseItsOwnSubscription() {
    var delivered = new AtomicInteger();
    events.subscribe(
        VLAN,
        (event, subscription) -> {
          delivered.incrementAndGet();
          subscription.close();
        });

    events.publish(VLAN_SET, Row.empty());
    events.publish(VLAN_SET, Row.empty());
    await().until(() -> events.openSubscriptions() == 0);
    flush();

    assertThat(delivered).hasValue(1);
  }

  @Test
  @DisplayName("E2: the order of one publisher is kept, whichever threads it publishes from")
  void shouldKeepTheOrderOfEachPublisher() throws InterruptedException {
    int perThread = 500;
    Map<String, Queue<Long>> seen = new ConcurrentHashMap<>();
    events.subscribe(
        VLAN,
        event ->
            seen.computeIfAbsent(event.publisher(), name -> new ConcurrentLinkedQueue<>())
                .add(event.sequence()));
    var threads =
        List.of("a", "b", "a", "b").stream()
            .map(name ->
                Thread.ofPlatform()
                    .start(() -> {
                      for (int i = 0; i < perThread; i++) {
                        events.publisher(name).publish(VLAN_SET, Row.empty());
                      }
                    }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }

    for (String name : List.of("a", "b")) {
      await().until(() -> seen.get(name).size() == 2 * perThread);
      assertThat(List.copyOf(seen.get(name)))
          .isSorted()
          .doesNotHaveDuplicates()
          .last()
          .isEqualTo(1000L);
    }
  }

  @Test
  @DisplayName("E3: a subscription outlives the publisher's restart, and the publisher counts on")
  void shouldNeedNoNewSubscriptionWhenThePublisherRestarts() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    events.subscribe(
        VLAN, event -> seen.add(event.publisher() + " " + event.data().integer("run")));
    var runs = new AtomicInteger();
    AgentHandle agent =
        runtime
            .midplane()
            .spawn(
                () ->
                    started -> {
                      started.publish(VLAN_SET, Row.of("run", runs.incrementAndGet()));
                      started.ready();
                    },
                "vlan");

    agent.restart();

    await().untilAsserted(() -> assertThat(seen).containsExactly("vlan 1", "vlan 2"));
  }

  @Test
  @DisplayName("E4: a throwing subscriber affects nobody, not even itself")
  void shouldNotLetAThrowingSubscriberHarmAnybody() {
    var failures = new AtomicInteger();
    events.subscribe(
        VLAN,
        event -> {
          failures.incrementAndGet();
          throw new AssertionError("broken on purpose");
        });
    Queue<String> other = record(VLAN);

    events.publish(VLAN_SET, Row.empty());
    events.publish(VLAN, Row.empty());

    await().until(() -> failures.get() == 2);
    await().untilAsserted(() -> assertThat(other).containsExactly("cm.vlan.set", "cm.vlan"));
  }

  @Test
  void shouldDeliverToAnActorAndForgetItWhenItDies() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    ActorRef<Event> actor = runtime.midplane().spawnActor(untilFlush(seen), "subscriber");
    Subscription subscription = events.subscribe(EventId.ROOT, actor);

    events.publish(VLAN_SET, Row.empty());
    events.publish(EventId.of("flush"), Row.empty());
    await().until(() -> !subscription.isOpen());

    assertThat(seen).containsExactly("cm.vlan.set");
    assertThat(events.openSubscriptions()).isZero();
  }

  @Test
  void shouldLeaveNothingBehindOfAStreamOrAnActorsSubscription() {
    ActorRef<Event> actor = runtime.midplane().spawnActor(Behaviors.<Event>ignore(), "subscriber");
    for (int i = 0; i < 100; i++) {
      events.subscribe(VLAN, actor).close();
      events.stream(VLAN).close();
    }

    assertThat(events.openSubscriptions()).isZero();
    assertThat(events.openStreams()).isZero();
  }

  @Test
  @DisplayName("T1: callbacks run one at a time, and a blocking call in one is refused at L0")
  void shouldRefuseToBlockInACallback() {
    var refusal = new AtomicReference<Throwable>();
    Service<String, String> service = runtime.midplane().service("echo", question -> question);
    events.subscribe(
        VLAN,
        event -> {
          try {
            service.call("hello");
          } catch (RuntimeException refused) {
            refusal.set(refused);
          }
        });

    events.publish(VLAN_SET, Row.empty());

    await().until(() -> refusal.get() != null);
    assertThat(refusal.get())
        .isInstanceOfSatisfying(
            DeadlockDetectedException.class, e -> assertThat(e.level()).isEqualTo(DeadlockLevel.L0))
        .hasMessageContaining("midplane-subscription-");
  }

  @Test
  void shouldReadAStreamInOrderUntilItIsClosed() {
    EventStream stream = events.stream(VLAN);
    events.publish(VLAN_SET, Row.of("id", 1));
    events.publish(VLAN_SET, Row.of("id", 2));
    events.publish(EventId.of("fdb"), Row.empty());

    assertThat(stream.next().data()).isEqualTo(Row.of("id", 1));
    stream.close();

    assertThat(stream.next().data()).isEqualTo(Row.of("id", 2));
    assertThat(stream.hasNext()).isFalse();
    assertThat(stream.poll(Duration.ofDays(1))).isEmpty();
  }

  @Test
  void shouldDropAndCountTheOldestOfAStreamThatIsNotRead() {
    EventStream stream = events.stream(VLAN);
    for (int id = 1; id <= 10; id++) {
      events.publish(VLAN_SET, Row.of("id", id));
    }

    assertThat(stream.dropped()).isEqualTo(6);
    assertThat(stream.next().data()).isEqualTo(Row.of("id", 7));
  }

  @Test
  void shouldWakeAReaderWhenAnEventComesAndWhenTheStreamEnds() throws InterruptedException {
    EventStream stream = events.stream(VLAN);
    Queue<Event> seen = new ConcurrentLinkedQueue<>();
    Thread reader = Thread.ofVirtual().start(() -> stream.forEachRemaining(seen::add));

    events.publish(VLAN_SET, Row.empty());
    await().until(() -> seen.size() == 1);
    runtime.midplane().close();

    assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  @DisplayName("T2: reading a stream on an actor's thread is refused at L0")
  void shouldRefuseToReadAStreamOnAnActorsThread() {
    EventStream stream = events.stream(VLAN);
    Queue<Object> seen = new ConcurrentLinkedQueue<>();
    ActorRef<String> actor =
        runtime
            .midplane()
            .spawnActor(
                Behaviors.<String>receiveMessage(message -> {
                  for (Supplier<Object> read :
                      List.<Supplier<Object>>of(
                          stream::hasNext, stream::next, () -> stream.poll(Duration.ofNanos(1)))) {
                    try {
                      seen.add(read.get());
                    } catch (DeadlockDetectedException refusal) {
                      seen.add(refusal.level());
                    }
                  }
                  return Behaviors.same();
                }),
                "reader");

    actor.tell("read");

    await()
        .untilAsserted(() ->
            assertThat(seen).containsExactly(DeadlockLevel.L0, DeadlockLevel.L0, DeadlockLevel.L0));
  }

  @Test
  void shouldRefuseToSubscribeInAClosedRuntime() {
    runtime.midplane().close();

    List<Runnable> subscriptions =
        List.of(
            () -> events.subscribe(VLAN, event -> {}),
            () -> events.stream(VLAN),
            () -> events.subscribe(VLAN, runtime.midplane().system().deadLetters()));

    assertThat(subscriptions)
        .allSatisfy(subscribe ->
            assertThatThrownBy(subscribe::run)
                .isInstanceOfSatisfying(
                    MidplaneException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED)));
  }

  @Test
  void shouldRefuseIdsThatCannotBeWritten() {
    for (String part : List.of("", "a.b", "-a", "ä", "a b")) {
      assertThatThrownBy(() -> EventId.of("cm", part))
          .isInstanceOf(MidplaneException.class)
          .hasMessageContaining(part);
    }
    assertThat(EventId.parse("cm.vlan.set")).isEqualTo(VLAN_SET);
    assertThat(EventId.parse("")).isEqualTo(EventId.ROOT);
  }

  private Queue<String> record(EventId prefix) {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    events.subscribe(prefix, event -> seen.add(event.id().toString()));
    return seen;
  }

  /** Waits until events published before this have had their turn at every callback there was. */
  private void flush() {
    var flushed = new CountDownLatch(1);
    Subscription flush = events.subscribe(EventId.of("flush"), event -> flushed.countDown());
    events.publish(EventId.of("flush"), Row.empty());
    awaitQuietly(flushed);
    flush.close();
  }

  private static Behavior<Event> untilFlush(Queue<String> seen) {
    return Behaviors.receiveMessage(event -> {
      if (event.id().equals(EventId.of("flush"))) {
        return Behaviors.stopped();
      }
      seen.add(event.id().toString());
      return Behaviors.same();
    });
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}

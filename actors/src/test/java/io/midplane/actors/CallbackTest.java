package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.protocol.Row;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callbacks that are slow, and what still runs of one when its subscription is closed. */
class CallbackTest {

  private static final EventId VLAN = EventId.of("cm", "vlan");

  @RegisterExtension
  final RuntimeUnderTest runtime =
      RuntimeUnderTest.with(MidplaneSettings.defaults().eventCallbackBuffer(3));

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final Queue<Long> seen = new ConcurrentLinkedQueue<>();
  private EventBus events;

  @BeforeEach
  void open() {
    events = runtime.midplane().events();
  }

  @Test
  @DisplayName("E5: of the events that wait for a slow callback the oldest are dropped and counted")
  void shouldBoundWhatWaitsForACallback() {
    Subscription subscription = events.subscribe(VLAN, this::slow);
    publish(0);
    awaitQuietly(begun);

    warning("RT-0402 a subscriber of cm.vlan is slow: 3 events wait for it", () -> publish(1, 8));
    warning("RT-0403 a subscriber of cm.vlan has caught up; 5 events were dropped", mayEnd);

    assertThat(seen).containsExactly(0L, 6L, 7L, 8L);
    assertThat(subscription.dropped()).isEqualTo(5);
    publish(9);
    await().untilAsserted(() -> assertThat(seen).endsWith(8L, 9L));
    assertThat(subscription.dropped()).isEqualTo(5);
  }

  @Test
  @DisplayName("E5: a slow callback holds up neither publishers nor other subscribers")
  void shouldNotHoldUpOthers() {
    Queue<Long> other = new ConcurrentLinkedQueue<>();
    events.subscribe(VLAN, this::slow);
    events.subscribe(VLAN, event -> other.add(event.data().integer("id")));

    for (int id = 0; id < 100; id++) {
      publish(id);
      long latest = id;
      await().until(() -> other.contains(latest));
    }
    mayEnd.countDown();

    assertThat(other).hasSize(100);
  }

  @Test
  @DisplayName("E1: closeAsync completes when the last callback is over, and not before")
  void shouldSayWhenTheLastCallbackIsOver() {
    Subscription subscription = events.subscribe(VLAN, this::slow);
    publish(0, 2);
    awaitQuietly(begun);

    CompletableFuture<Void> closed = subscription.closeAsync().toCompletableFuture();
    assertThat(subscription.isOpen()).isFalse();
    assertThat(closed).isNotDone();
    mayEnd.countDown();
    closed.join();

    assertThat(seen).containsExactly(0L);
    assertThat(subscription.closeAsync().toCompletableFuture().join()).isNull();
  }

  @Test
  @DisplayName("E1: a callback that waits for its own end is refused")
  void shouldRefuseACallbackToWaitForItself() {
    AtomicReference<Throwable> refusal = new AtomicReference<>();
    events.subscribe(
        VLAN,
        (event, self) -> {
          try {
            self.closeAsync().toCompletableFuture().join();
          } catch (RuntimeException refused) {
            refusal.set(refused);
          }
        });

    publish(0);

    await().until(() -> refusal.get() != null);
    assertThat(refusal.get()).isInstanceOf(DeadlockDetectedException.class);
  }

  @Test
  @DisplayName("E1: once closed and over, no callback begins, however close and delivery meet")
  void shouldBeginNoCallbackOnceClosed() throws Exception {
    for (int round = 0; round < 500; round++) {
      var calls = new AtomicInteger();
      var over = new AtomicInteger(-1);
      var afterwards = new AtomicInteger();
      Subscription subscription =
          events.subscribe(
              VLAN,
              event -> {
                calls.incrementAndGet();
                if (over.get() >= 0) {
                  afterwards.incrementAndGet();
                }
              });
      var together = new CyclicBarrier(2);
      Thread publisher =
          Thread.startVirtualThread(() -> {
            meet(together);
            publish(0, 2);
          });

      meet(together);
      subscription.closeAsync().toCompletableFuture().join();
      over.set(calls.get());
      publisher.join();

      assertThat(calls).hasValue(over.get());
      assertThat(afterwards).hasValue(0);
    }
  }

  @Test
  @Timeout(10)
  void shouldEndAStreamThatIsOpenedWhileTheRuntimeEnds() {
    OpenStreams streams = new OpenStreams();
    EventStream before = stream();
    streams.add(before);

    streams.closeAll();
    EventStream late = stream();
    streams.add(late);

    assertThat(before.hasNext()).isFalse();
    assertThat(late.hasNext()).isFalse();
    assertThat(late.poll(Duration.ofDays(1))).isEmpty();
  }

  private EventStream stream() {
    return new EventStream(runtime.midplane().gate(), 1);
  }

  private void slow(Event event) {
    seen.add(event.data().integer("id"));
    begun.countDown();
    awaitQuietly(mayEnd);
  }

  private void publish(int... range) {
    for (int id = range[0]; id <= range[range.length - 1]; id++) {
      events.publish(VLAN, Row.of("id", id));
    }
  }

  private void warning(String text, CountDownLatch release) {
    warning(text, release::countDown);
  }

  private void warning(String text, Runnable action) {
    LoggingTestKit.warn(text)
        .expect(
            runtime.midplane().system(),
            () -> {
              action.run();
              return true;
            });
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}

package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import io.midplane.protocol.Row;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publish and subscribe within one runtime. A subscription to an id receives all events at and
 * below it; the order of one publisher's events is kept for each subscriber. Publishing never
 * blocks and never fails because of a subscriber. Thread-safe.
 */
public final class EventBus {

  private static final Logger LOG = LoggerFactory.getLogger(EventBus.class);

  private record Target(Subscription subscription, BiConsumer<Event, Subscription> delivery) {
    void deliver(Event event) {
      if (subscription.isOpen()) {
        delivery.accept(event, subscription);
      }
    }
  }

  /** What the actor behind a callback is told. */
  private sealed interface Delivery {}

  private record Deliver(Event event, Subscription subscription) implements Delivery {}

  private record End() implements Delivery {}

  private final ConcurrentMap<List<String>, CopyOnWriteArrayList<Target>> targets =
      new ConcurrentHashMap<>();
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicLong subscriptions = new AtomicLong();
  private final Engine engine;
  private final int streamBuffer;

  EventBus(Engine engine, Config config) {
    this.engine = engine;
    this.streamBuffer = config.getInt("midplane.events.stream-buffer");
  }

  /** Publishes an event to all who subscribed to its id or to one above it. */
  public void publish(EventId id, Row data) {
    Event event = new Event(id, data, sequence.incrementAndGet(), Instant.now());
    List<String> parts = id.parts();
    for (int depth = 0; depth <= parts.size(); depth++) {
      List<Target> atDepth = targets.get(parts.subList(0, depth));
      if (atDepth != null) {
        atDepth.forEach(target -> target.deliver(event));
      }
    }
  }

  /**
   * Delivers events to an actor's mailbox, until the subscription is closed or the actor dies.
   * Those in the mailbox already when it is closed are still read by the actor.
   */
  public Subscription subscribe(EventId prefix, ActorRef<? super Event> actor) {
    Subscription subscription = add(prefix, (event, self) -> actor.tell(event), closed -> {});
    engine.deathWatch().whenDead(actor, subscription::close);
    return subscription;
  }

  /**
   * Calls {@code callback} for each event, one at a time, on an actor of the subscription's own: it
   * must not block, and blocking calls are refused in it. What it throws is logged and harms
   * nobody.
   */
  public Subscription subscribe(EventId prefix, Consumer<Event> callback) {
    return subscribe(prefix, (event, subscription) -> callback.accept(event));
  }

  /**
   * Like {@link #subscribe(EventId, Consumer)}, so that one callback can serve several
   * subscriptions.
   */
  public Subscription subscribe(EventId prefix, BiConsumer<Event, Subscription> callback) {
    ActorRef<Delivery> mailbox =
        engine.spawn(
            calling(callback),
            "midplane-subscription-" + subscriptions.incrementAndGet(),
            SpawnOptions.defaults());
    return add(
        prefix,
        (event, subscription) -> mailbox.tell(new Deliver(event, subscription)),
        closed -> mailbox.tell(new End()));
  }

  /**
   * Opens a stream to be read at the reader's own pace. It holds a bounded number of events; when
   * the reader is slower than that, the oldest are dropped and counted.
   */
  public EventStream stream(EventId prefix) {
    EventStream stream = new EventStream(engine.gate(), streamBuffer);
    stream.attach(add(prefix, (event, self) -> stream.offer(event), closed -> stream.end()));
    engine.terminated().thenRun(stream::close);
    return stream;
  }

  private Subscription add(
      EventId prefix, BiConsumer<Event, Subscription> delivery, Consumer<Subscription> onClose) {
    Subscription subscription =
        new Subscription(
            prefix,
            closed -> {
              remove(closed);
              onClose.accept(closed);
            });
    targets.compute(
        prefix.parts(),
        (parts, existing) -> {
          var at = existing == null ? new CopyOnWriteArrayList<Target>() : existing;
          at.add(new Target(subscription, delivery));
          return at;
        });
    return subscription;
  }

  private void remove(Subscription subscription) {
    targets.computeIfPresent(
        subscription.prefix().parts(),
        (parts, at) -> {
          at.removeIf(target -> target.subscription() == subscription);
          return at.isEmpty() ? null : at;
        });
  }

  private static Behavior<Delivery> calling(BiConsumer<Event, Subscription> callback) {
    return Behaviors.receiveMessage(message -> {
      switch (message) {
        case Deliver(var event, var subscription) -> call(callback, event, subscription);
        case End() -> {
          return Behaviors.stopped();
        }
      }
      return Behaviors.same();
    });
  }

  private static void call(
      BiConsumer<Event, Subscription> callback, Event event, Subscription subscription) {
    if (!subscription.isOpen()) {
      return;
    }
    try {
      callback.accept(event, subscription);
    } catch (RuntimeException failure) {
      LOG.warn("RT-0401 a subscriber of {} failed at {}", subscription.prefix(), event, failure);
    }
  }
}

package io.midplane.actors;

import akka.actor.typed.ActorRef;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Publish and subscribe within one runtime. A subscription to an id receives all events at and
 * below it that are published from then on, each publisher's in the order of publishing. Publishing
 * never blocks and never fails because of a subscriber. Thread-safe; nothing here blocks. Rules: E1
 * to E4 in {@code docs/behaviours/runtime.md}.
 */
public final class EventBus {

  private record Target(Subscription subscription, BiConsumer<Event, Subscription> delivery) {
    void deliver(Event event) {
      subscription.ifOpen(() -> delivery.accept(event, subscription));
    }
  }

  private final ConcurrentMap<List<String>, CopyOnWriteArrayList<Target>> targets =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Publisher> publishers = new ConcurrentHashMap<>();
  private final OpenStreams streams = new OpenStreams();
  private final AtomicLong subscriptions = new AtomicLong();
  private final Engine engine;
  private final int streamBuffer;
  private final int callbackBuffer;

  EventBus(Engine engine, int streamBuffer, int callbackBuffer) {
    this.engine = engine;
    this.streamBuffer = streamBuffer;
    this.callbackBuffer = callbackBuffer;
    var _ = engine.terminated().thenRun(streams::closeAll);
  }

  /** One source of events: what it publishes reaches every subscriber in one order. Thread-safe. */
  public final class Publisher {
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private long sequence;

    private Publisher(String name) {
      this.name = name;
    }

    /** What its events say of their origin. */
    public String name() {
      return name;
    }

    /** Publishes an event to all who subscribed to its id or to one above it. */
    public void publish(EventId id, Row data) {
      lock.lock();
      try {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        deliver(new Event(id, data, name, ++sequence, now));
      } finally {
        lock.unlock();
      }
    }
  }

  /** The publisher of this name: always the same one, so that a restart goes on counting. */
  public Publisher publisher(String name) {
    return publishers.computeIfAbsent(name, Publisher::new);
  }

  /** Publishes an event in the name of the runtime. */
  public void publish(EventId id, Row data) {
    publisher(engine.system().name()).publish(id, data);
  }

  /**
   * Delivers events to an actor's mailbox, until the subscription is closed or the actor dies.
   * Those in the mailbox already when it is closed are still read by the actor.
   *
   * @throws MidplaneException CLOSED if the runtime is
   */
  public Subscription subscribe(EventId prefix, ActorRef<? super Event> actor) {
    requireOpen();
    var watch = new DeathWatch.Watch(actor);
    var subscription =
        new Subscription(
            prefix,
            engine.gate(),
            null,
            closed -> {
              remove(closed);
              engine.deathWatch().forget(watch);
            });
    add(subscription, (event, self) -> actor.tell(event));
    engine.deathWatch().whenDead(watch, subscription::close);
    return subscription;
  }

  /**
   * Calls {@code callback} for each event, one at a time, on an actor of the subscription's own: it
   * must not block, and blocking calls are refused in it. What it throws is logged and harms
   * nobody. While it is busy a bounded number of events wait ({@code
   * midplane.events.callback-buffer}); when it is slower than that, the oldest are dropped, counted
   * ({@link Subscription#dropped}) and logged.
   *
   * @throws MidplaneException CLOSED if the runtime is
   */
  public Subscription subscribe(EventId prefix, Consumer<Event> callback) {
    return subscribe(prefix, (event, subscription) -> callback.accept(event));
  }

  /**
   * Like {@link #subscribe(EventId, Consumer)}, so that one callback can serve several
   * subscriptions.
   */
  public Subscription subscribe(EventId prefix, BiConsumer<Event, Subscription> callback) {
    requireOpen();
    var queue = new CallbackQueue(callback, callbackBuffer);
    ActorRef<CallbackQueue.Command> caller =
        engine.spawn(
            queue.behavior(),
            "midplane-subscription-" + subscriptions.incrementAndGet(),
            SpawnOptions.defaults());
    var subscription = new Subscription(prefix, engine.gate(), queue, this::remove);
    queue.attach(caller, subscription);
    return add(subscription, (event, self) -> queue.offer(event));
  }

  /**
   * Opens a stream to be read at the reader's own pace. It holds a bounded number of events; when
   * the reader is slower than that, the oldest are dropped and counted. It ends with the runtime.
   *
   * @throws MidplaneException CLOSED if the runtime is
   */
  public EventStream stream(EventId prefix) {
    requireOpen();
    var stream = new EventStream(engine.gate(), streamBuffer);
    var subscription =
        new Subscription(
            prefix,
            engine.gate(),
            null,
            closed -> {
              remove(closed);
              streams.remove(stream);
              stream.end();
            });
    stream.attach(subscription);
    add(subscription, (event, self) -> stream.offer(event));
    streams.add(stream);
    return stream;
  }

  private void deliver(Event event) {
    List<String> parts = event.id().parts();
    for (int depth = 0; depth <= parts.size(); depth++) {
      List<Target> atDepth = targets.get(parts.subList(0, depth));
      if (atDepth != null) {
        atDepth.forEach(target -> target.deliver(event));
      }
    }
  }

  private Subscription add(Subscription subscription, BiConsumer<Event, Subscription> delivery) {
    targets.compute(
        subscription.prefix().parts(),
        (parts, existing) -> {
          var at = existing == null ? new CopyOnWriteArrayList<Target>() : existing;
          at.add(new Target(subscription, delivery));
          return at;
        });
    return subscription;
  }

  @SuppressWarnings("ReferenceEquality") // a subscription is itself and no other
  private void remove(Subscription subscription) {
    targets.computeIfPresent(
        subscription.prefix().parts(),
        (parts, at) -> {
          at.removeIf(target -> target.subscription() == subscription);
          return at.isEmpty() ? null : at;
        });
  }

  /** How many streams are open. */
  int openStreams() {
    return streams.size();
  }

  /** How many subscriptions are open, those of streams included. */
  int openSubscriptions() {
    return targets.values().stream().mapToInt(List::size).sum();
  }

  private void requireOpen() {
    if (engine.hasTerminated()) {
      throw new MidplaneException(
          ErrorCode.CLOSED, "runtime " + engine.system().name() + ": closed; it publishes no more");
    }
  }
}

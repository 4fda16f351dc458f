package io.midplane.node;

import io.midplane.actors.Event;
import io.midplane.actors.Subscription;
import io.midplane.protocol.ValueCodec;
import io.midplane.protocol.northbound.v1.EventBatch;
import io.midplane.protocol.northbound.v1.Items;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one watch. Keeps a bounded number for a client that is slow; beyond it the oldest
 * are dropped and counted. Thread-safe; never blocks whoever publishes.
 */
final class EventSource implements ItemSource {
  private static final Logger LOG = LoggerFactory.getLogger(NorthboundServer.class);
  private static final int EVENTS_A_BATCH = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Event> kept = new ArrayDeque<>();
  private final int capacity;

  /** How many were dropped since the last batch. */
  private long dropped;

  private @Nullable CompletableFuture<Batch> waiting;
  private volatile @Nullable Subscription subscription;

  EventSource(int capacity) {
    this.capacity = capacity;
  }

  /** Where the events come from; to be closed at the end. */
  void attach(Subscription source) {
    subscription = source;
  }

  /** An event has happened. */
  void offer(Event event) {
    CompletableFuture<Batch> taker;
    lock.lock();
    try {
      taker = waiting;
      waiting = null;
      if (taker == null) {
        keep(event);
        return;
      }
    } finally {
      lock.unlock();
    }
    if (!taker.complete(batch(List.of(event), 0))) {
      offer(event);
    }
  }

  private void keep(Event event) {
    if (kept.size() == capacity) {
      kept.remove();
      if (dropped++ == 0) {
        LOG.warn("NODE-0215 a watching client is slow; its oldest events are dropped");
      }
    }
    kept.add(event);
  }

  @Override
  public CompletionStage<Batch> next(int max) {
    List<Event> events = new ArrayList<>();
    long missed;
    lock.lock();
    try {
      if (kept.isEmpty()) {
        waiting = new CompletableFuture<>();
        return waiting;
      }
      while (!kept.isEmpty() && events.size() < Math.min(max, EVENTS_A_BATCH)) {
        events.add(kept.remove());
      }
      missed = dropped;
      dropped = 0;
    } finally {
      lock.unlock();
    }
    return CompletableFuture.completedFuture(batch(events, missed));
  }

  private static Batch batch(List<Event> events, long missed) {
    EventBatch.Builder batch = EventBatch.newBuilder().setDropped(missed);
    events.forEach(event -> batch.addEvents(message(event)));
    return new Batch(List.of(Items.newBuilder().setEvents(batch).build()), events.size(), false);
  }

  private static io.midplane.protocol.northbound.v1.Event message(Event event) {
    return io.midplane.protocol.northbound.v1.Event.newBuilder()
        .setId(event.id().toString())
        .setData(ValueCodec.toProto(event.data()))
        .setPublisher(event.publisher())
        .setSequence(event.sequence())
        .setTimeMicros(ValueCodec.micros(event.time()))
        .build();
  }

  @Override
  public boolean announced() {
    return true;
  }

  @Override
  public void close() {
    Subscription source = subscription;
    if (source != null) {
      source.close();
    }
  }
}

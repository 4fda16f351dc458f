package io.midplane.xenstore;

import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.WatchEvent.Kind;
import io.midplane.xenstore.wire.Texts;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watches of a connection by their tokens on the wire. Each has one of its own, so that equal
 * paths and tokens of users live side by side.
 */
final class Watches {
  /** Made when something is to be logged: a short command has nothing to log. */
  private static final class Log {
    static final Logger LOG = LoggerFactory.getLogger(Watches.class);
  }

  private final ConcurrentHashMap<String, Subscription> byWireToken = new ConcurrentHashMap<>();
  private final AtomicLong lastToken = new AtomicLong();
  private final LongAdder strays = new LongAdder();
  private final LongAdder missed = new LongAdder();
  private final Connection connection;

  Watches(Connection connection) {
    this.connection = connection;
  }

  String nextToken() {
    return "mp" + lastToken.incrementAndGet();
  }

  /** From now on its events are delivered: the first may come before the answer to WATCH. */
  void add(Subscription subscription) {
    byWireToken.put(subscription.wireToken(), subscription);
    connection.turn().retainLazily();
  }

  void remove(Subscription subscription) {
    if (byWireToken.remove(subscription.wireToken(), subscription)) {
      connection.turn().releaseLazily();
    }
  }

  int count() {
    return byWireToken.size();
  }

  long strays() {
    return strays.sum();
  }

  long missed() {
    return missed.sum();
  }

  /** By the reader: an event has come. Its ids mean nothing. */
  void deliver(byte[] payload) {
    int end = Texts.indexOfNul(payload, 0);
    int second = end < 0 ? -1 : Texts.indexOfNul(payload, end + 1);
    if (end < 0) {
      throw Requests.violation("event", Texts.shown(payload), "a path and a token");
    }
    String token = Texts.text(payload, end + 1, second < 0 ? payload.length : second);
    Subscription subscription = byWireToken.get(token);
    if (subscription == null) {
      strays.increment();
    } else {
      offer(subscription, Kind.CHANGED, Texts.text(payload, 0, end));
    }
  }

  private void offer(Subscription subscription, Kind kind, String path) {
    if (!subscription.offer(kind, path)) {
      missed.increment();
    }
  }

  /** On a new physical connection: each is registered, and told that it may have missed events. */
  void registerAgain(Session session) {
    for (Subscription subscription : byWireToken.values()) {
      var answer = new CompletableFuture<byte[]>();
      var unused =
          answer.whenComplete((done, failure) -> {
            if (failure != null) {
              Log.LOG.warn("XS-0104 {}: not registered again", subscription, failure);
            }
            offer(subscription, Kind.MISSED, subscription.path());
          });
      try {
        Deadline deadline = Deadline.in(connection.settings().timeout());
        var pending = connection.begin(session, subscription.request(), answer, deadline, true);
      } catch (MidplaneException e) {
        answer.completeExceptionally(e);
      }
    }
  }

  /** Nothing will come any more. */
  void endAll() {
    byWireToken.values().forEach(subscription -> subscription.queue().end());
  }
}

package io.midplane.xenstore;

import io.midplane.calls.Turn;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The requests that have no answer yet, by their ids. One that its caller gave up stays until the
 * answer comes, so that its id is not used again before.
 */
final class OpenRequests {
  /** Never an id: 0 is what old kernels answer, -1 what a device says last. */
  private static final List<Integer> RESERVED = List.of(0, -1);

  private final ConcurrentHashMap<Integer, Pending> open = new ConcurrentHashMap<>();
  private final Turn turn;
  private final AtomicInteger lastId;

  /** No request with a future ends as timed out before this; in nanoseconds from the start. */
  private final AtomicLong firstExpiry = new AtomicLong(Long.MAX_VALUE);

  private final long start = System.nanoTime();

  OpenRequests(Turn turn, int lastId) {
    this.turn = turn;
    this.lastId = new AtomicInteger(lastId);
  }

  int count() {
    return open.size();
  }

  /** Gives it an id that no other open request has. */
  void add(Pending pending) {
    int id = lastId.incrementAndGet();
    while (RESERVED.contains(id) || !takes(pending, id)) {
      id = lastId.incrementAndGet();
    }
  }

  private boolean takes(Pending pending, int id) {
    pending.id = id;
    return open.putIfAbsent(id, pending) == null;
  }

  void remove(Pending pending) {
    if (open.remove(pending.id, pending) && pending.isAsync()) {
      turn.release();
    }
  }

  /** The request that a message answers, or null. */
  @Nullable Pending answeredBy(Message message, Session session) {
    Pending pending = open.get(message.requestId());
    if (pending == null && message.requestId() == 0) {
      pending = oldestWatching(message);
    }
    return pending != null && pending.session == session ? pending : null;
  }

  /** Old kernels answer WATCH and UNWATCH without saying which one: in order, then. */
  private @Nullable Pending oldestWatching(Message message) {
    return open.values().stream()
        .filter(pending -> isWatching(pending.request.type()) && pending.fits(message))
        .min(Comparator.comparingInt(pending -> pending.id - lastId.get()))
        .orElse(null);
  }

  private static boolean isWatching(MessageType type) {
    return type == MessageType.WATCH || type == MessageType.UNWATCH;
  }

  /** Everything sent on that session ends. */
  void endAll(Session session, Ending why) {
    for (Pending pending : open.values()) {
      if (pending.session == session) {
        remove(pending);
        pending.end(why);
      }
    }
  }

  /** A request with a future ends as timed out then; true if that is before all others. */
  boolean expireAt(Deadline deadline) {
    long expiry = deadline.at() - start;
    return expiry < firstExpiry.getAndAccumulate(expiry, Math::min);
  }

  /** That long, or shorter if a request ends as timed out before. */
  long untilExpiry(long nanos) {
    long first = firstExpiry.get();
    return first == Long.MAX_VALUE ? nanos : Math.min(nanos, first - (System.nanoTime() - start));
  }

  /** Ends what has timed out. */
  void expire(Object server) {
    if (firstExpiry.get() == Long.MAX_VALUE || untilExpiry(Long.MAX_VALUE) > 0) {
      return;
    }
    firstExpiry.set(Long.MAX_VALUE);
    for (Pending pending : open.values()) {
      if (!pending.isAsync() || pending.isDone()) {
        continue;
      }
      if (pending.deadline.left() <= 0) {
        pending.end(pending.deadline.passed(server));
      } else {
        var unused = expireAt(pending.deadline);
      }
    }
  }
}

package io.midplane.xenstore;

import io.midplane.calls.Turn;
import io.midplane.xenstore.WatchEvent.Kind;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Events between the connection's reader, who never waits here, and one consumer.
 *
 * <p>Bounded: an event identical to one that is still queued is left out, as the C daemon does; if
 * the bound is reached all the same, one MISSED for each watch takes the place of all events.
 */
final class EventQueue implements Turn.Waiter {

  /** An event, and whose it is. */
  private record Entry(Subscription of, Kind kind, String path) {
    WatchEvent event() {
      return new WatchEvent(kind, path, of.token());
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashSet<Entry> entries = new LinkedHashSet<>();
  private final Turn turn;
  private final int capacity;
  private final Runnable onNews;

  /** Whether the consumer is to stop waiting, for good. */
  private volatile boolean ended;

  /** Mirrors whether there are entries, to be read without the lock. */
  private volatile boolean filled;

  private volatile @Nullable Thread consumer;

  /** Guarded by the lock; null unless somebody asked for it. */
  private @Nullable Readiness readiness;

  /**
   * A queue.
   *
   * @param turn at the connection that its consumer waits for
   * @param onNews runs on the reader's thread after each event; must not wait
   */
  EventQueue(Turn turn, int capacity, Runnable onNews) {
    this.turn = turn;
    this.capacity = capacity;
    this.onNews = onNews;
  }

  /** True unless the queue overflowed. */
  boolean add(Subscription of, Kind kind, String path) {
    boolean fits = true;
    lock.lock();
    try {
      if (ended || !of.isOpen()) {
        return true;
      }
      if (!entries.contains(new Entry(of, Kind.MISSED, of.path()))) {
        var unused = entries.add(new Entry(of, kind, path));
        fits = entries.size() <= capacity;
        if (!fits) {
          collapse();
        }
      }
      filled(true);
    } finally {
      lock.unlock();
    }
    wake();
    return fits;
  }

  private void collapse() {
    Set<Subscription> concerned = new LinkedHashSet<>();
    entries.forEach(entry -> concerned.add(entry.of));
    entries.clear();
    concerned.forEach(of -> entries.add(new Entry(of, Kind.MISSED, of.path())));
  }

  private void wake() {
    Thread thread = consumer;
    if (thread != null && thread != Thread.currentThread()) {
      LockSupport.unpark(thread);
      turn.stopReading(this); // it may be the reader itself, and this not be what it read
    }
    onNews.run();
  }

  private void filled(boolean now) {
    filled = now;
    if (readiness != null) {
      readiness.set(now);
    }
  }

  /** A channel that can be read while there are events. */
  Pipe.SourceChannel channel() {
    lock.lock();
    try {
      if (readiness == null) {
        readiness = new Readiness();
        readiness.set(filled);
      }
      return readiness.channel();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody takes events any more. */
  void close() {
    end();
    lock.lock();
    try {
      if (readiness != null) {
        readiness.close();
        readiness = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** The next event, or null. */
  @Nullable WatchEvent poll() {
    if (!filled) {
      return null;
    }
    lock.lock();
    try {
      if (entries.isEmpty()) {
        return null;
      }
      Entry first = entries.removeFirst();
      filled(!entries.isEmpty());
      return first.event();
    } finally {
      lock.unlock();
    }
  }

  /** The events that are there, so many at most. */
  List<WatchEvent> take(int most) {
    List<WatchEvent> events = new ArrayList<>();
    for (WatchEvent event = poll(); event != null; event = poll()) {
      events.add(event);
      if (events.size() >= most) {
        break;
      }
    }
    return events;
  }

  /** None of that watch is handed out any more. */
  void forget(Subscription of) {
    lock.lock();
    try {
      entries.removeIf(entry -> entry.of == of);
      filled(!entries.isEmpty());
    } finally {
      lock.unlock();
    }
  }

  /** The consumer stops waiting; what is queued can still be taken. */
  void end() {
    ended = true;
    wake();
  }

  boolean isEnded() {
    return ended;
  }

  void consumer(@Nullable Thread thread) {
    consumer = thread;
  }

  @Override
  public boolean hasNews() {
    return filled || ended;
  }

  @Override
  public @Nullable Thread thread() {
    return consumer;
  }
}

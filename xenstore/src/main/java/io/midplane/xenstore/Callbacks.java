package io.midplane.xenstore;

import io.midplane.calls.Turn;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls back for events, one at a time, on a virtual thread that is there while there are some. */
final class Callbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

  private final String name;
  private final int most;
  private final Consumer<? super List<WatchEvent>> callback;
  private final Runnable onEnd;
  private final AtomicInteger unseen = new AtomicInteger();
  private final ReentrantLock running = new ReentrantLock();

  /** Whether the end was told; guarded by the lock. */
  private boolean told;

  private @Nullable EventQueue queue;

  /**
   * Calls back.
   *
   * @param most how many events it takes at a time
   * @param onEnd runs after the last event, when nothing will come any more
   */
  Callbacks(String name, int most, Consumer<? super List<WatchEvent>> callback, Runnable onEnd) {
    this.name = name;
    this.most = most;
    this.callback = callback;
    this.onEnd = onEnd;
  }

  /** Makes the queue it calls back from. */
  EventQueue queue(Turn turn, int capacity) {
    var made = new EventQueue(turn, capacity, this::news);
    queue = made;
    return made;
  }

  private void news() {
    if (unseen.getAndIncrement() == 0) {
      var unused = Thread.ofVirtual().name("xenstore-callback").start(this::run);
    }
  }

  private void run() {
    int seen = 1;
    do {
      callAll();
      seen = unseen.addAndGet(-seen);
    } while (seen != 0);
  }

  private void callAll() {
    EventQueue from = queue;
    if (from == null) {
      return;
    }
    running.lock();
    try {
      for (List<WatchEvent> events = from.take(most); !events.isEmpty(); events = from.take(most)) {
        call(events);
      }
      if (from.isEnded() && !told) {
        told = true;
        onEnd.run();
      }
    } finally {
      running.unlock();
    }
  }

  private void call(List<WatchEvent> events) {
    try {
      callback.accept(events);
    } catch (RuntimeException e) {
      LOG.warn("XS-0105 callback of {} failed for {}", name, events, e);
    }
  }

  /** Waits for a callback that runs, unless it is the one that asks. */
  void awaitIdle() {
    running.lock();
    running.unlock();
  }
}

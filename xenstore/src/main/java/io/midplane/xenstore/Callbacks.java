package io.midplane.xenstore;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls back for events, one at a time, on a virtual thread that is there while there are some. */
final class Callbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

  private final String name;
  private final Consumer<? super WatchEvent> callback;
  private final AtomicInteger unseen = new AtomicInteger();
  private final ReentrantLock running = new ReentrantLock();
  private EventQueue queue = new EventQueue(1, () -> {});

  Callbacks(String name, Consumer<? super WatchEvent> callback) {
    this.name = name;
    this.callback = callback;
  }

  /** Makes the queue it calls back from. */
  EventQueue queue(int capacity) {
    queue = new EventQueue(capacity, this::news);
    return queue;
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
    running.lock();
    try {
      for (WatchEvent event = queue.poll(); event != null; event = queue.poll()) {
        call(event);
      }
    } finally {
      running.unlock();
    }
  }

  private void call(WatchEvent event) {
    try {
      callback.accept(event);
    } catch (RuntimeException e) {
      LOG.warn("XS-0105 callback of {} failed for {}", name, event, e);
    }
  }

  /** Waits for a callback that runs, unless it is the one that asks. */
  void awaitIdle() {
    running.lock();
    running.unlock();
  }
}

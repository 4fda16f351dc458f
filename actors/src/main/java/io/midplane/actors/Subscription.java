package io.midplane.actors;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One subscriber's interest in the events at and below an id. Thread-safe; nothing here blocks. */
public final class Subscription implements AutoCloseable {

  private final EventId prefix;
  private final Consumer<Subscription> onClose;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean open = true;

  Subscription(EventId prefix, Consumer<Subscription> onClose) {
    this.prefix = prefix;
    this.onClose = onClose;
  }

  /** The id at and below which events are delivered. */
  public EventId prefix() {
    return prefix;
  }

  /** True until it is closed, or its subscriber has died. */
  public boolean isOpen() {
    return open;
  }

  /** Hands on an event unless it is closed, which waits for the handing on to be over. */
  void ifOpen(Runnable handOn) {
    lock.lock();
    try {
      if (open) {
        handOn.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the subscription: no delivery begins after this has returned; one that has begun may still
   * be running. Closing twice is harmless, and a subscriber may close its own.
   */
  @Override
  public void close() {
    boolean first;
    lock.lock();
    try {
      first = open;
      open = false;
    } finally {
      lock.unlock();
    }
    if (first) {
      onClose.accept(this);
    }
  }
}

package io.midplane.actors;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One subscriber's interest in the events at and below an id. Thread-safe. */
public final class Subscription implements AutoCloseable {

  private final EventId prefix;
  private final Consumer<Subscription> onClose;
  private final AtomicBoolean open = new AtomicBoolean(true);

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
    return open.get();
  }

  /**
   * Ends the subscription: no delivery begins after this has returned; one that has begun may still
   * be running. Does not block. Closing twice is harmless, and a subscriber may close its own.
   */
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      onClose.accept(this);
    }
  }
}

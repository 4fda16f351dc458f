package io.midplane.actors;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.Operation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One subscriber's interest in the events at and below an id. Thread-safe; nothing here blocks. */
public final class Subscription implements AutoCloseable {

  private final EventId prefix;
  private final BlockingGate gate;
  private final @Nullable CallbackQueue callback;
  private final Consumer<Subscription> onClose;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean open = true;

  Subscription(
      EventId prefix,
      BlockingGate gate,
      @Nullable CallbackQueue callback,
      Consumer<Subscription> onClose) {
    this.prefix = prefix;
    this.gate = gate;
    this.callback = callback;
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

  /**
   * How many events its callback was too slow for, so that they were dropped; 0 for an actor, whose
   * mailbox is its own affair. A stream counts its own.
   */
  public long dropped() {
    return callback == null ? 0 : callback.dropped();
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
   * Ends the subscription: no delivery begins after this has returned, and what waits for a
   * callback is dropped. One call of the callback that has begun before may still be running, or be
   * about to run its first line; {@link #closeAsync} says when it is over. Closing twice is
   * harmless, and a callback may close its own.
   */
  @Override
  public void close() {
    boolean first;
    lock.lock();
    try {
      first = open;
      open = false;
      if (callback != null) {
        callback.close();
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      onClose.accept(this);
    }
  }

  /**
   * Closes it; the stage completes, on a virtual thread, once no call of its callback is running
   * either. To a callback that waits for it, it never completes: such a wait is refused.
   */
  public CompletionStage<Void> closeAsync() {
    close();
    var closing = new Operation("close the subscription to " + prefix, "close()");
    return gate.outcome(
        closing, callback == null ? CompletableFuture.completedFuture(null) : callback.ended());
  }
}

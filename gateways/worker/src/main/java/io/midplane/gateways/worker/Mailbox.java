package io.midplane.gateways.worker;

import io.midplane.calls.MidplaneException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a channel's callback, one item after the other, on whatever thread the executor has. A slow
 * callback holds up its own channel only.
 */
final class Mailbox {

  /** Stands for no item yet. */
  static final Object LATER = new Object();

  private final ChannelCore channel;
  private final Consumer<@Nullable Object> onItem;
  private final Runnable onEnd;
  private final Executor executor;

  /** How often it was woken since it last found nothing to do; 0 while it sleeps. */
  private final AtomicInteger calls = new AtomicInteger();

  private volatile boolean over;

  /** It threw: what comes later is not for it, but the end is. */
  private boolean failed;

  private volatile @Nullable Thread thread;

  /**
   * One that calls nothing until it is woken.
   *
   * @param onItem called for each item in order, never twice at once
   * @param onEnd called once, behind the last item
   */
  Mailbox(
      ChannelCore channel, Consumer<@Nullable Object> onItem, Runnable onEnd, Executor executor) {
    this.channel = channel;
    this.onItem = onItem;
    this.onEnd = onEnd;
    this.executor = executor;
  }

  /** There may be something to do. */
  void wake() {
    if (calls.getAndIncrement() == 0) {
      executor.execute(this::run);
    }
  }

  /**
   * Whether the end marker was given; on the callback's own thread, whether that is all to come.
   */
  @SuppressWarnings("ReferenceEquality") // a thread is itself
  boolean isOver() {
    return over || thread == Thread.currentThread();
  }

  private void run() {
    int seen = calls.get();
    while (seen > 0) {
      thread = Thread.currentThread();
      drain();
      thread = null;
      seen = calls.addAndGet(-seen);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the mark is what it is
  private void drain() {
    for (Object next = channel.nextForCallback(); next != LATER; next = channel.nextForCallback()) {
      if (Inbox.isEnd(next)) {
        end();
        return;
      }
      give(next);
    }
  }

  private void give(@Nullable Object item) {
    if (failed) {
      return;
    }
    try {
      onItem.accept(item);
    } catch (Throwable failure) {
      fail(failure);
    }
  }

  private void end() {
    if (over) {
      return;
    }
    try {
      onEnd.run();
    } catch (Throwable failure) {
      fail(failure);
    }
    over = true;
    channel.callbackEnded();
  }

  private void fail(Throwable failure) {
    failed = true;
    try {
      channel.closeWith(Traceback.of(failure));
    } catch (MidplaneException gone) {
      // Then nobody is there to be told.
    }
  }
}

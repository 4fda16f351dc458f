package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The lock of a channel, and those who wait: for an item, or for anything else to change. */
final class Guard {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition changed = lock.newCondition();

  /** Held for moments only; nobody queues for it, for the reason that {@code FrameWriter} has. */
  void lock() {
    while (!lock.tryLock()) {
      Thread.yield();
    }
  }

  void unlock() {
    lock.unlock();
  }

  void run(Runnable code) {
    lock();
    try {
      code.run();
    } finally {
      lock.unlock();
    }
  }

  <T extends @Nullable Object> T get(Supplier<T> code) {
    lock();
    try {
      return code.get();
    } finally {
      lock.unlock();
    }
  }

  /** So many items more: as many who wait for one are enough. */
  void signalItems(int count) {
    for (int i = 0; i < count; i++) {
      arrived.signal();
    }
  }

  /** Everybody looks again. */
  void signalAll() {
    arrived.signalAll();
    changed.signalAll();
  }

  /** Waits for an item, in a loop; what is left of the time. */
  long awaitItem(long nanos) {
    return await(arrived, nanos);
  }

  /** Waits for a change, in a loop; what is left of the time. */
  long awaitChange(long nanos) {
    return await(changed, nanos);
  }

  @SuppressWarnings("WaitNotInLoop") // the callers have the loop
  private static long await(Condition condition, long nanos) {
    try {
      if (nanos == Long.MAX_VALUE) {
        condition.await();
        return nanos;
      }
      return condition.awaitNanos(nanos);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MidplaneException(ErrorCode.CANCELLED, "wait: interrupted", interrupted);
    }
  }
}

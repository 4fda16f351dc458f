package io.midplane.gateways.actor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What came for a subscriber and was not given to it yet: so much at most, then who brings waits.
 */
final class ItemBatch {
  private static final int MOST = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition();
  private final Runnable announce;
  private List<@Nullable Object> items = new ArrayList<>();
  private boolean announced;
  private boolean closed;

  /**
   * Nothing yet.
   *
   * @param announce called when there is something to take, once until it was taken
   */
  ItemBatch(Runnable announce) {
    this.announce = announce;
  }

  /** Adds an item. Blocks: while too much waits. */
  void add(@Nullable Object item) {
    boolean tell;
    lock.lock();
    try {
      while (items.size() >= MOST && !closed) {
        taken.awaitUninterruptibly();
      }
      items.add(item);
      tell = !announced;
      announced = true;
    } finally {
      lock.unlock();
    }
    if (tell) {
      announce.run();
    }
  }

  /** All there is. */
  List<@Nullable Object> take() {
    lock.lock();
    try {
      List<@Nullable Object> all = items;
      items = new ArrayList<>();
      announced = false;
      taken.signalAll();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody takes any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      taken.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

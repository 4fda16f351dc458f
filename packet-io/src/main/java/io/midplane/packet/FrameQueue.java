package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.FrameFacts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Batches between a capture and threads that take frames one by one or a batch at a time. Bounded
 * by the credits of the capture: a batch gives its credit back when its last frame was taken.
 */
final class FrameQueue implements CaptureSink {

  /** A batch, whose credit it costs, and how far it was taken. */
  private static final class Entry {
    private final FrameBatch batch;
    private final long number;
    private int next;

    Entry(FrameBatch batch, long number) {
      this.batch = batch;
      this.number = number;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Runnable onNews;

  // Guarded by the lock.
  private final Deque<Entry> entries = new ArrayDeque<>();
  private @Nullable Capture capture;
  private final List<Long> early = new ArrayList<>();
  private boolean ended;

  /** A queue that calls back, without blocking, whenever it got something or ended. */
  FrameQueue(Runnable onNews) {
    this.onNews = onNews;
  }

  /** Whose credits it gives back. */
  void of(Capture source) {
    lock.lock();
    try {
      capture = source;
      early.forEach(source::acknowledge);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void frames(FrameBatch batch, long number) {
    lock.lock();
    try {
      entries.add(new Entry(batch, number));
      changed.signal();
    } finally {
      lock.unlock();
    }
    onNews.run();
  }

  @Override
  public void drops(long more, long total) {
    // The counters of the port say it.
  }

  @Override
  public void closed(CaptureStatistics statistics) {
    end();
  }

  /** Nobody waits any more; what is there can still be taken. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    onNews.run();
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return entries.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next frame, as a copy. Blocks: up to that time.
   *
   * @return null when the time is over, or when it ended and nothing is left
   */
  @Nullable Frame take(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Entry first = awaitFirst(nanos);
      if (first == null) {
        return null;
      }
      Frame frame = first.batch.frame(first.next++);
      if (first.next == first.batch.size()) {
        remove(first);
      }
      return frame;
    } finally {
      lock.unlock();
    }
  }

  /** The rest of the next batch, otherwise as {@link #take}. */
  @Nullable FrameBatch takeBatch(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Entry first = awaitFirst(nanos);
      if (first == null) {
        return null;
      }
      remove(first);
      return first.next == 0 ? first.batch : rest(first);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is something to take; false when the time is over or it ended. */
  boolean await(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return awaitFirst(nanos) != null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Entry awaitFirst(long nanos) throws InterruptedException {
    long left = nanos;
    while (entries.isEmpty()) {
      if (ended || left <= 0) {
        return null;
      }
      left = changed.awaitNanos(left);
    }
    return entries.getFirst();
  }

  private void remove(Entry first) {
    entries.removeFirst();
    acknowledge(first.number);
    if (!entries.isEmpty()) {
      changed.signal();
    }
  }

  private void acknowledge(long number) {
    if (capture == null) {
      early.add(number);
    } else {
      capture.acknowledge(number);
    }
  }

  private static FrameBatch rest(Entry entry) {
    var builder = new BatchBuilder(entry.batch.size() - entry.next, 0);
    for (int i = entry.next; i < entry.batch.size(); i++) {
      builder.add(entry.batch, i);
    }
    return builder.toBatch();
  }

  /** Drops what that program does not want. */
  void keepOnly(BpfProgram program) {
    lock.lock();
    try {
      int waiting = entries.size();
      for (int i = 0; i < waiting; i++) {
        Entry entry = entries.removeFirst();
        var kept = new BatchBuilder(entry.batch.size(), 0);
        for (int j = entry.next; j < entry.batch.size(); j++) {
          if (FrameFacts.wants(program, entry.batch, j)) {
            kept.add(entry.batch, j);
          }
        }
        if (kept.size() > 0) {
          entries.addLast(new Entry(kept.toBatch(), entry.number));
        } else {
          acknowledge(entry.number);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}

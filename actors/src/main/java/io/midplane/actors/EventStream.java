package io.midplane.actors;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Events as they come, to be read one after the other. Reading blocks and is refused on actor
 * threads. Thread-safe; each event goes to one reader.
 */
public final class EventStream implements Iterator<Event>, AutoCloseable {

  private static final Operation READING =
      new Operation("read an event stream", "a subscription with a callback or an actor");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Event> held = new ArrayDeque<>();
  private final BlockingGate gate;
  private final int capacity;
  private @Nullable Subscription subscription;
  private long dropped;
  private boolean ended;

  EventStream(BlockingGate gate, int capacity) {
    this.gate = gate;
    this.capacity = capacity;
  }

  void attach(Subscription source) {
    lock.lock();
    try {
      subscription = source;
    } finally {
      lock.unlock();
    }
  }

  void offer(Event event) {
    lock.lock();
    try {
      if (held.size() == capacity) {
        held.remove();
        dropped++;
      }
      held.add(event);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next event without a deadline; false once the stream is closed and read empty.
   */
  @Override
  public boolean hasNext() {
    gate.checkMayBlock(READING);
    lock.lock();
    try {
      while (held.isEmpty() && !ended) {
        changed.await();
      }
      return !held.isEmpty();
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next event, waited for without a deadline.
   *
   * @throws NoSuchElementException once the stream is closed and read empty
   */
  @Override
  public Event next() {
    gate.checkMayBlock(READING);
    lock.lock();
    try {
      while (held.isEmpty() && !ended) {
        changed.await();
      }
      Event event = held.poll();
      if (event == null) {
        throw new NoSuchElementException("the event stream is closed");
      }
      return event;
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    } finally {
      lock.unlock();
    }
  }

  /** The next event, or empty if none comes within {@code timeout} or the stream is closed. */
  public Optional<Event> poll(Duration timeout) {
    gate.checkMayBlock(READING);
    long left = timeout.toDays() > 36_500 ? Long.MAX_VALUE : timeout.toNanos();
    lock.lock();
    try {
      while (held.isEmpty() && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      return Optional.ofNullable(held.poll());
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    } finally {
      lock.unlock();
    }
  }

  /** How many events were dropped so far because the reader was too slow. */
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream; events held are still read. */
  @Override
  public void close() {
    Subscription source;
    lock.lock();
    try {
      source = subscription;
    } finally {
      lock.unlock();
    }
    if (source != null) {
      source.close();
    }
    end();
  }

  private static MidplaneException interrupted(InterruptedException interrupted) {
    Thread.currentThread().interrupt();
    return new MidplaneException(
        ErrorCode.CANCELLED, "event stream: the reader was interrupted", interrupted);
  }
}

package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.StorePath;
import io.midplane.xenstore.wire.XenStoreException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of watches whose events one consumer takes, or each its own callback.
 *
 * {@snippet :
 * try (var monitor = store.monitor()) {
 *   monitor.watch("/foo/bar", "a unique token");
 *   for (WatchEvent event : monitor) { … }
 * }
 * }
 *
 * <p>A watch fires once right after it was registered, and then whenever something at or below its
 * path may have changed. An event says where to look, not what happened: a server merges changes
 * that follow each other quickly. To wait for a state there is {@link XenStore#await}.
 *
 * <p>Events are taken from a queue by {@link #next}, {@link #poll} or the iterator, in the order
 * they came. The queue is bounded ({@link XenStoreSettings#maxEvents}): an event identical to one
 * that is queued is left out, and when the bound is reached one event of kind MISSED for each watch
 * takes the place of all. Closing the monitor ends its watches. Thread-safe, but for one consumer.
 */
public final class Monitor implements AutoCloseable, Iterable<WatchEvent> {
  private final Caller caller;
  private final Connection connection;
  private final Features features;
  private final EventQueue queue;
  private final ReentrantLock consuming = new ReentrantLock();
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Monitor(Caller caller, Connection connection, Features features) {
    this.caller = caller;
    this.connection = connection;
    this.features = features;
    this.queue = new EventQueue(connection.turn(), connection.settings().maxEvents(), () -> {});
  }

  /** Watches all at and below a path; the events' token is the path. Blocks: yes. */
  public Subscription watch(String path) {
    return watch(WatchOptions.of(path));
  }

  /** Watches all at and below a path. Equal tokens do not disturb one another. Blocks: yes. */
  public Subscription watch(String path, String token) {
    return watch(WatchOptions.of(path).token(token));
  }

  /**
   * Watches what the options say. Blocks: yes.
   *
   * @throws MidplaneException UNSUPPORTED for a depth or the special path of one domain if the
   *     server does not have that feature
   */
  public Subscription watch(WatchOptions options) {
    return register(options, queue, () -> {});
  }

  /**
   * Watches all at and below a path and calls back for each event, one at a time, on a virtual
   * thread that may block. Events that come meanwhile wait in a queue of its own, bounded like the
   * monitor's. What the callback throws is logged. Blocks: yes.
   */
  public Subscription watch(String path, Consumer<? super WatchEvent> callback) {
    return watch(WatchOptions.of(path), callback);
  }

  /** The same with options. Blocks: yes. */
  public Subscription watch(WatchOptions options, Consumer<? super WatchEvent> callback) {
    return callBack(options, 1, events -> callback.accept(events.getFirst()), () -> {});
  }

  /**
   * The same with all events that are there at a time; while the callback runs, others queue.
   * Blocks: yes.
   *
   * @param onEnd runs once when nothing will come any more because the connection is gone
   */
  public Subscription watchBatches(
      WatchOptions options, Consumer<? super List<WatchEvent>> callback, Runnable onEnd) {
    return callBack(options, Integer.MAX_VALUE, callback, onEnd);
  }

  private Subscription callBack(
      WatchOptions options, int most, Consumer<? super List<WatchEvent>> callback, Runnable onEnd) {
    var calls = new Callbacks(options.toString(), most, callback, onEnd);
    EventQueue own = calls.queue(connection.turn(), connection.settings().maxEvents());
    return register(options, own, calls::awaitIdle);
  }

  /** As {@link #watchBatches}. Blocks: no. */
  public CompletionStage<Subscription> watchBatchesAsync(
      WatchOptions options, Consumer<? super List<WatchEvent>> callback, Runnable onEnd) {
    return Caller.later(() -> watchBatches(options, callback, onEnd));
  }

  /** As {@link #watch(WatchOptions, Consumer)}. Blocks: no. */
  public CompletionStage<Subscription> watchAsync(
      WatchOptions options, Consumer<? super WatchEvent> callback) {
    return Caller.later(() -> watch(options, callback));
  }

  /** As {@link #watch(WatchOptions)}. Blocks: no. */
  public CompletionStage<Subscription> watchAsync(WatchOptions options) {
    return Caller.later(() -> watch(options));
  }

  private Subscription register(WatchOptions options, EventQueue into, Runnable afterClosing) {
    StorePath.checkWatched(options.path());
    caller.checkMayBlock("watch " + options.path(), "watchAsync()");
    checkOpen();
    if (options.needsDepth() && !features.has(Features.WATCH_DEPTH)) {
      throw new XenStoreException(
          ErrorName.ENOSYS,
          options
              + ": the server has no depth watches (feature "
              + Features.WATCH_DEPTH
              + "); watch without depth and look at the paths of the events");
    }
    var subscription = new Subscription(caller, connection.watches(), options, into, afterClosing);
    subscriptions.add(subscription);
    try {
      subscription.register();
    } catch (RuntimeException e) {
      subscriptions.remove(subscription);
      throw e;
    }
    return subscription;
  }

  private void checkOpen() {
    if (closed) {
      throw new MidplaneException(
          ErrorCode.CLOSED, "the monitor is closed (expected: open); make another");
    }
  }

  /** The watches that are open. */
  public List<Subscription> subscriptions() {
    return subscriptions.stream().filter(Subscription::isOpen).toList();
  }

  /** Ends every watch of that path and token. Blocks: yes. */
  public void unwatch(String path, String token) {
    for (Subscription subscription : subscriptions()) {
      if (subscription.path().equals(path) && subscription.token().equals(token)) {
        subscription.close();
        subscriptions.remove(subscription);
      }
    }
  }

  /** The next event if one is there. Blocks: no. */
  public Optional<WatchEvent> poll() {
    return Optional.ofNullable(queue.poll());
  }

  /**
   * A channel that can be read while events wait, for use with a selector; do not read from it,
   * take the events. Closed with the monitor. Blocks: no.
   */
  public Pipe.SourceChannel channel() {
    return queue.channel();
  }

  /** All events that are there. Blocks: no. */
  public List<WatchEvent> drain() {
    return queue.take(Integer.MAX_VALUE);
  }

  /**
   * Waits for the next event, without limit. Blocks: yes.
   *
   * @throws MidplaneException when the connection or the monitor ends, CANCELLED when the thread is
   *     interrupted, BUSY if another thread is waiting here
   */
  public WatchEvent next() {
    return take(null).orElseThrow();
  }

  /** Waits for the next event; empty when the time is over. Blocks: yes; throws as the other. */
  public Optional<WatchEvent> next(Duration timeout) {
    return take(Deadline.in(XenStoreSettings.checkPositive("timeout", timeout)));
  }

  private Optional<WatchEvent> take(@Nullable Deadline deadline) {
    caller.checkMayBlock("wait for an event", "watch(path, callback)");
    if (!consuming.tryLock()) {
      throw new MidplaneException(
          ErrorCode.BUSY, "another thread is waiting for this monitor's events; make one for each");
    }
    queue.consumer(Thread.currentThread());
    try {
      for (WatchEvent event = queue.poll(); ; event = queue.poll()) {
        if (event != null) {
          return Optional.of(event);
        }
        long left = deadline == null ? Long.MAX_VALUE : deadline.left();
        if (left <= 0) {
          return Optional.empty();
        }
        checkGoesOn();
        connection.turn().await(queue, left);
      }
    } finally {
      queue.consumer(null);
      connection.turn().leave(queue);
      consuming.unlock();
    }
  }

  private void checkGoesOn() {
    if (Thread.currentThread().isInterrupted()) {
      throw new MidplaneException(ErrorCode.CANCELLED, "interrupted while waiting for an event");
    }
    checkOpen();
    Ending over = connection.over();
    if (over != null) {
      throw over.exceptionOf("wait for an event");
    }
  }

  /** Never ends by itself; each step waits as {@link #next()}. */
  @Override
  public Iterator<WatchEvent> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public WatchEvent next() {
        return Monitor.this.next();
      }
    };
  }

  /** Ends its watches; whoever waits for an event gets CLOSED. Blocks: yes. */
  @Override
  public void close() {
    caller.checkMayBlock("close the monitor", "closeAsync()");
    closed = true;
    try {
      subscriptions.forEach(Subscription::close);
    } finally {
      subscriptions.clear();
      queue.close();
    }
  }

  /** As {@link #close}. Blocks: no. */
  public CompletionStage<@Nullable Void> closeAsync() {
    return Caller.<@Nullable Void>later(() -> {
      close();
      return null;
    });
  }
}

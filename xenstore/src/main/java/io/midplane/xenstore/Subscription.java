package io.midplane.xenstore;

import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.WatchEvent.Kind;
import io.midplane.xenstore.wire.XenStoreException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One watch. Closing it ends it: once that has returned, no event of it is delivered any more, also
 * none that was queued. Closing it twice, or after the server forgot it, is harmless. Thread-safe.
 */
public final class Subscription implements AutoCloseable {
  private final Caller caller;
  private final Watches watches;
  private final WatchOptions options;
  private final String wireToken;
  private final EventQueue queue;
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final Runnable afterClosing;

  Subscription(
      Caller caller,
      Watches watches,
      WatchOptions options,
      EventQueue queue,
      Runnable afterClosing) {
    this.caller = caller;
    this.watches = watches;
    this.options = options;
    this.wireToken = watches.nextToken();
    this.queue = queue;
    this.afterClosing = afterClosing;
  }

  /** The watched path. */
  public String path() {
    return options.path();
  }

  /** What comes with each event. */
  public String token() {
    return options.token();
  }

  /** Whether events are still delivered. */
  public boolean isOpen() {
    return open.get();
  }

  String wireToken() {
    return wireToken;
  }

  EventQueue queue() {
    return queue;
  }

  Request request() {
    Integer depth = options.depth();
    return depth == null
        ? Requests.watch(path(), wireToken)
        : Requests.watch(path(), wireToken, depth);
  }

  /** Registers it; if that fails nothing of it stays. Blocks: yes. */
  void register() {
    watches.add(this);
    try {
      caller.call(request(), "watchAsync()");
    } catch (RuntimeException e) {
      open.set(false);
      drop();
      throw e;
    }
  }

  /** True unless the queue overflowed. */
  boolean offer(Kind kind, String path) {
    return queue.add(this, kind, path);
  }

  private void drop() {
    watches.remove(this);
    queue.forget(this);
  }

  /** Ends it. Blocks: yes, until the server has answered and a callback of it that runs is done. */
  @Override
  public void close() {
    Request request = Requests.unwatch(path(), wireToken);
    caller.checkMayBlock(request, "closeAsync()");
    if (!open.compareAndSet(true, false)) {
      return;
    }
    try {
      caller.call(request, "closeAsync()");
    } catch (XenStoreException e) {
      // The server had forgotten it: that is what was wanted.
    } catch (MidplaneException e) {
      if (watchedStill(e)) {
        throw e;
      }
    } finally {
      drop();
      afterClosing.run();
    }
  }

  /** On a connection that is gone there is no watch left. */
  private static boolean watchedStill(MidplaneException e) {
    return switch (e.code()) {
      case CLOSED, UNREACHABLE, CALLEE_DIED -> false;
      default -> true;
    };
  }

  /** As {@link #close}. Blocks: no. */
  public CompletionStage<@Nullable Void> closeAsync() {
    return Caller.<@Nullable Void>later(() -> {
      close();
      return null;
    });
  }

  @Override
  public String toString() {
    return "watch " + path() + " (" + token() + ")";
  }
}

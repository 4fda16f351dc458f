package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The physical connections of a client, one after the other, and why there is none any more. */
final class Sessions {
  /** Made when something is to be logged: a short command has nothing to log. */
  private static final class Log {
    static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
  }

  /** Who has to know when one ends and another begins. */
  interface Listener {
    /** It ended, and its requests with it. */
    void onLost(Session session, Ending why);

    /** Another one serves. */
    void onNext(Session session);

    /** There will be no other. */
    void onOver();
  }

  private final @Nullable ReconnectPolicy policy;
  private final IntFunction<Session> connector;
  private final Listener listener;
  private final String name;
  private final AtomicInteger epochs = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Where requests go; another one after a reconnect. */
  private volatile CompletableFuture<Session> current;

  /** Set once nothing will come any more. */
  private volatile @Nullable Ending over;

  /**
   * Connects the first one. Blocks: yes, shortly.
   *
   * @param connector makes one with that number
   */
  Sessions(@Nullable ReconnectPolicy policy, IntFunction<Session> connector, Listener listener) {
    this.policy = policy;
    this.connector = connector;
    this.listener = listener;
    Session first = connect();
    this.name = first.transport().toString();
    this.current = CompletableFuture.completedFuture(first);
  }

  private Session connect() {
    return connector.apply(epochs.incrementAndGet());
  }

  /** The way and the path. */
  @Override
  public String toString() {
    return name;
  }

  /** How many there were before this one. */
  int before() {
    return epochs.get() - 1;
  }

  /** Why nothing will come any more; null while something may. */
  @Nullable Ending over() {
    return over;
  }

  boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** The one that serves now, or the last one; null while there is none. */
  @Nullable Session now() {
    CompletableFuture<Session> future = current;
    return future.isDone() && !future.isCompletedExceptionally() ? future.join() : null;
  }

  /** The one that serves now, or will. */
  CompletableFuture<Session> next() {
    return current;
  }

  /** The one that serves now; while it is made anew, waits for it. Blocks: yes. */
  Session await(Request request, Duration timeout) {
    CompletableFuture<Session> future = current;
    try {
      return future.isDone() ? future.get() : future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new MidplaneException(
          ErrorCode.UNREACHABLE,
          request + ": " + name + " is being reconnected, not yet back after " + timeout,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MidplaneException(
          ErrorCode.CANCELLED, request + ": interrupted while " + name + " was reconnected", e);
    } catch (ExecutionException e) {
      throw refusal(request);
    }
  }

  /** Waits so long at most until one serves. Blocks: yes. */
  void awaitNext(long nanos) {
    try {
      var unused = current.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // whoever waits looks by itself
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The error of whoever wants to send something when that is not possible. */
  MidplaneException refusal(Request request) {
    Ending why = over;
    if (why != null) {
      return why.exceptionOf(request);
    }
    return isClosing()
        ? new MidplaneException(ErrorCode.CLOSED, request + ": " + name + " was closed")
        : new MidplaneException(
            ErrorCode.UNREACHABLE, request + ": the connection to " + name + " was just lost");
  }

  /** No request goes out any more, and no lost one is made anew. */
  void beginClosing() {
    closing.countDown();
  }

  /** One ended. */
  void lost(Session session, Ending why) {
    if (!session.end(why)) {
      return;
    }
    ReconnectPolicy again = isClosing() || why.code() == ErrorCode.INTERNAL ? null : policy;
    var next = new CompletableFuture<Session>();
    if (again == null) {
      over = afterwards(why);
    } else {
      current = next;
    }
    listener.onLost(session, why);
    if (again == null) {
      listener.onOver();
    } else {
      var unused =
          Thread.ofVirtual().name("xenstore-reconnect").start(() -> reconnect(again, next));
    }
  }

  private static Ending afterwards(Ending why) {
    return why.code() == ErrorCode.CALLEE_DIED
        ? new Ending(ErrorCode.UNREACHABLE, why.message(), why.cause())
        : why;
  }

  private void reconnect(ReconnectPolicy again, CompletableFuture<Session> next) {
    MidplaneException last = null;
    for (int attempt = 1; attempt <= again.attempts() && !isClosing(); attempt++) {
      try {
        serve(connect(), next);
        return;
      } catch (MidplaneException e) {
        last = e;
        Log.LOG.info("XS-0103 {}: attempt {} to reconnect: {}", name, attempt, e.getMessage());
        again.pause(attempt, closing);
      }
    }
    var why =
        isClosing()
            ? new Ending(ErrorCode.CLOSED, name + " was closed", null)
            : new Ending(ErrorCode.UNREACHABLE, name + ": gave up to reconnect: " + last, last);
    over = why;
    next.completeExceptionally(why.exception());
    listener.onOver();
  }

  private void serve(Session session, CompletableFuture<Session> next) {
    next.complete(session);
    listener.onNext(session);
    if (isClosing()) {
      lost(session, new Ending(ErrorCode.CLOSED, name + " was closed", null));
    }
  }
}

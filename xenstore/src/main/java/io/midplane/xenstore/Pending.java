package io.midplane.xenstore;

import io.midplane.calls.MidplaneException;
import io.midplane.calls.Turn;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.XenStoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A request that was sent: its answer, or why there is none. The connection's reader completes it;
 * a thread waits for it, or a future takes it.
 */
final class Pending implements Turn.Waiter {
  final Request request;

  /** Its id on the wire; set before it is sent. */
  int id;

  /** When one with a future ends as timed out; a waiting thread looks itself. */
  final Deadline deadline;

  /** The connection it was sent on. */
  final Session session;

  private final @Nullable CompletableFuture<byte[]> future;

  /** A {@link Message} or an {@link Ending}; null while it is open. */
  private final AtomicReference<@Nullable Object> outcome = new AtomicReference<>();

  private volatile @Nullable Thread waiter;

  Pending(
      Request request,
      Session session,
      @Nullable CompletableFuture<byte[]> future,
      Deadline deadline) {
    this.request = request;
    this.session = session;
    this.future = future;
    this.deadline = deadline;
  }

  boolean isAsync() {
    return future != null;
  }

  /** By the reader: whether such an answer may come. */
  boolean fits(Message reply) {
    return reply.type() == request.type().code() || reply.type() == MessageType.ERROR.code();
  }

  /** True for the first who ends it. */
  boolean end(Object how) {
    if (!outcome.compareAndSet(null, how)) {
      return false;
    }
    Thread thread = waiter;
    if (thread != null && thread != Thread.currentThread()) {
      LockSupport.unpark(thread);
    }
    if (future != null && !future.isDone()) {
      var unused = Thread.ofVirtual().name("xenstore-callback").start(() -> complete(future));
    }
    return true;
  }

  private void complete(CompletableFuture<byte[]> to) {
    try {
      to.complete(result());
    } catch (MidplaneException e) {
      to.completeExceptionally(e);
    }
  }

  /** The payload of the answer. It has ended. */
  byte[] result() {
    Object how = outcome.get();
    if (how instanceof Message reply) {
      if (reply.type() != MessageType.ERROR.code()) {
        return reply.payload();
      }
      var name = new ErrorName(Texts.first(reply.payload()));
      throw new XenStoreException(
          name, request + ": " + name + Explanations.of(request, name, session));
    }
    throw how instanceof Ending ending
        ? ending.exceptionOf(request)
        : new IllegalStateException(request + " is still open");
  }

  boolean isDone() {
    return outcome.get() != null;
  }

  void waitingThread(@Nullable Thread thread) {
    waiter = thread;
  }

  @Override
  public boolean hasNews() {
    return outcome.get() != null;
  }

  @Override
  public @Nullable Thread thread() {
    return waiter;
  }
}

package io.midplane.protocol;

import io.midplane.calls.Turn;
import io.midplane.protocol.northbound.v1.Request;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One open request as the client sees it: what has arrived for it and who wants to know. The
 * connection's reader puts frames in; one consumer at a time takes them out, a waiting thread or a
 * listener on a virtual thread.
 */
final class Exchange implements Turn.Waiter {

  /** Takes the frames of an asynchronous request, one at a time, on a virtual thread. */
  interface Listener {
    void onFrame(Exchange exchange, Frame frame);

    /** Maybe more than once, and after the last frame too. */
    void onEnding(Ending ending);
  }

  final long id;

  private final Request.CallCase call;
  private final boolean stream;
  private final Object what;
  private final ConcurrentLinkedQueue<Frame> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private final AtomicInteger unseen = new AtomicInteger();
  private final @Nullable Listener listener;
  private final AtomicBoolean settled = new AtomicBoolean();

  /** Items of a stream that the node may send in all; grows as they are consumed. */
  private final AtomicLong granted;

  /** Batches that came; written by the reader alone. */
  private long batches;

  private volatile @Nullable Thread waiter;

  /**
   * When it ends as timed out, on the connection's clock. Only for one with a listener: a waiting
   * thread looks itself.
   */
  final Deadline expiry;

  Exchange(long id, Request request, Object what, @Nullable Listener listener, Deadline expiry) {
    this.id = id;
    this.call = request.getCallCase();
    this.stream = request.getCredits() > 0;
    this.granted = new AtomicLong(request.getCredits());
    this.what = what;
    this.listener = listener;
    this.expiry = expiry;
  }

  /** Which call it is. */
  Request.CallCase call() {
    return call;
  }

  boolean isAsync() {
    return listener != null;
  }

  /** By the reader: whether such a frame may come now. */
  void check(Frame frame) {
    boolean wrongForm =
        switch (frame.kind()) {
          case REPLY -> stream;
          case ITEMS, END, OPENED -> !stream;
          case ERROR, NOTICE -> false;
          case HELLO, REQUEST, CREDIT, CANCEL -> true;
        };
    if (wrongForm) {
      throw frame.refuse(
          "frame kind",
          frame.kind().name(),
          stream ? "a kind for a stream" : "a kind for a single answer");
    }
    if (frame.kind() == FrameKind.ITEMS && ++batches > granted.get()) {
      throw frame.refuse(
          "batches of a stream", Long.toString(batches), "at most the " + granted + " granted");
    }
  }

  /** More items may come. */
  void grant(int items) {
    granted.addAndGet(items);
  }

  /** The items that may come in all. */
  long granted() {
    return granted.get();
  }

  /** True for the first who finds that it is over, by its last frame or on this side. */
  boolean settle() {
    return settled.compareAndSet(false, true);
  }

  boolean isSettled() {
    return settled.get();
  }

  /** By the reader: a frame has come. */
  void deliver(Frame frame) {
    if (ending.get() == null) {
      inbox.add(frame);
      news();
    }
  }

  /**
   * The request ends on this side; frames that came before are still seen. False if it had ended.
   */
  boolean end(Ending why) {
    if (!ending.compareAndSet(null, why)) {
      return false;
    }
    news();
    return true;
  }

  private void news() {
    Thread thread = waiter;
    if (thread != null && thread != Thread.currentThread()) {
      LockSupport.unpark(thread);
    }
    if (listener != null && unseen.getAndIncrement() == 0) {
      var unused = Thread.ofVirtual().name("midplane-client-callback").start(() -> drain(listener));
    }
  }

  private void drain(Listener to) {
    int seen = 1;
    do {
      for (Frame frame = inbox.poll(); frame != null; frame = inbox.poll()) {
        to.onFrame(this, frame);
      }
      Ending why = ending.get();
      if (why != null && inbox.isEmpty()) {
        to.onEnding(why);
      }
      seen = unseen.addAndGet(-seen);
    } while (seen != 0);
  }

  /**
   * The next frame, or null if none has come.
   *
   * @throws io.midplane.calls.MidplaneException if there is none and the request has ended
   */
  @Nullable Frame poll() {
    Frame frame = inbox.poll();
    if (frame != null) {
      return frame;
    }
    Ending why = ending.get();
    if (why == null) {
      return null;
    }
    frame = inbox.poll();
    if (frame != null) {
      return frame;
    }
    throw why.exception();
  }

  void waitingThread(@Nullable Thread thread) {
    waiter = thread;
  }

  @Override
  public boolean hasNews() {
    return !inbox.isEmpty() || ending.get() != null;
  }

  @Override
  public @Nullable Thread thread() {
    return waiter;
  }

  @Override
  public String toString() {
    return what.toString();
  }
}

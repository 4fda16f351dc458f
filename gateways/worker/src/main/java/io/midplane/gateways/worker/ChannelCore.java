package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.FrameCode;
import io.midplane.gateways.wire.StringCoercion;
import java.lang.ref.WeakReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a channel is, apart from the handle that people hold: its state, what waits on it, who waits
 * for it. The link holds this, and people hold the handle, so that a channel nobody holds any more
 * can be closed.
 */
final class ChannelCore {

  /** What may still be done. */
  private enum State {
    /** Send and receive. */
    OPEN,
    /** The other side sends nothing more. */
    SEND_ONLY,
    /** Nothing but read what came. */
    CLOSED
  }

  private final Link link;
  private final int id;
  private final Guard guard = new Guard();
  private final Inbox inbox;
  private final Credits credits;
  private final AsyncWaits asyncWaits = new AsyncWaits(this);
  private final ChannelWaits waits;
  private State state = State.OPEN;
  private @Nullable String error;
  private boolean running;
  private boolean halfClosed;
  private @Nullable Mailbox mailbox;
  private volatile StringCoercion strings;
  private WeakReference<Channel> handle = new WeakReference<>(null);

  ChannelCore(Link link, int id, StringCoercion strings) {
    this.link = link;
    this.id = id;
    this.strings = strings;
    this.inbox = new Inbox(link.settings().maxQueued());
    this.credits = new Credits(link.settings().credits());
    this.waits = new ChannelWaits(this, guard);
  }

  int id() {
    return id;
  }

  Link link() {
    return link;
  }

  StringCoercion strings() {
    return strings;
  }

  void setStrings(StringCoercion other) {
    strings = other;
  }

  void reconfigure(StringCoercion other) {
    guard.run(waits::use);
    strings = other;
    link.sendReconfigure(id, other);
  }

  /** The one handle; a new one if nobody holds the former. */
  Channel handle() {
    return guard.get(() -> {
      Channel there = handle.get();
      if (there == null) {
        there = new Channel(this);
        handle = new WeakReference<>(there);
      }
      return there;
    });
  }

  /** The handle for the thread that makes the channel, which is one that may use it. */
  Channel made() {
    guard.run(waits::use);
    return handle();
  }

  // What the other side does.

  /** An item came, for the thread that reads the link; whether to {@link #deliver} now. */
  boolean arrived(@Nullable Object item, int bytes) {
    return inbox.arrived(item, bytes);
  }

  /** Gives all that arrived to who receives, so that reader and receiver meet once for many. */
  void deliver() {
    Mailbox callback;
    boolean full;
    guard.lock();
    try {
      if (state == State.CLOSED) {
        inbox.drop();
        return;
      }
      waits.received(inbox.arrivedCount());
      guard.signalItems(inbox.arrivedCount());
      full = !inbox.deliver();
      callback = mailbox;
    } finally {
      guard.unlock();
    }
    if (full) {
      refuseMore();
    }
    wake(callback);
  }

  void closedByPeer(@Nullable String text) {
    over(State.CLOSED, text);
    link.forget(id, this);
  }

  void halfClosedByPeer() {
    over(State.SEND_ONLY, null);
  }

  /** Sending fails by itself from now on, receiving after what came already. */
  void linkEnded() {
    over(State.SEND_ONLY, null);
  }

  void credit(int bytes) {
    guard.run(() -> {
      credits.add(bytes);
      guard.signalAll();
    });
  }

  /** Elsewhere, since the reader must not wait for a stream that the other side does not read. */
  private void refuseMore() {
    String text = inbox.refusal(id);
    guard.run(() -> error = text);
    link.executor().execute(() -> closeWith(text));
  }

  private void over(State next, @Nullable String text) {
    Mailbox callback =
        guard.get(() -> {
          if (next.compareTo(state) > 0) {
            state = next;
          }
          if (text != null && error == null) {
            error = text;
          }
          guard.signalAll();
          return mailbox;
        });
    wake(callback);
  }

  private void wake(@Nullable Mailbox callback) {
    if (callback != null) {
      callback.wake();
    }
    asyncWaits.wake();
  }

  // What this side does.

  void send(@Nullable Object item) {
    byte[] payload = link.encode(item);
    guard.lock();
    try {
      waits.use();
      requireSendable();
      if (credits.areShort()) {
        waits.await(WaitKind.SEND, Long.MAX_VALUE);
        requireSendable();
      }
      credits.take(payload.length);
      waits.sentOne();
    } finally {
      guard.unlock();
    }
    link.send(FrameCode.CHANNEL_DATA, id, payload);
  }

  private void requireSendable() {
    if (isShut()) {
      throw new MidplaneException(ErrorCode.CLOSED, "cannot send to " + describe());
    }
  }

  /** Whether nothing more can be sent. */
  boolean isShut() {
    return state == State.CLOSED || halfClosed;
  }

  /** The next item; {@link Inbox#NONE} at the end of an ordered channel. */
  @Nullable Object receive(long nanos) {
    int back;
    Object item;
    guard.lock();
    try {
      waits.use();
      requireNoCallback();
      waits.await(WaitKind.RECEIVE, nanos);
      if (inbox.isEmpty()) {
        return endOrThrow();
      }
      back = credits.returned(inbox.nextBytes());
      item = inbox.take();
    } finally {
      guard.unlock();
    }
    giveBack(back);
    return item;
  }

  private Object endOrThrow() {
    if (error != null) {
      String text = error;
      error = null;
      throw new RemoteException(text);
    }
    MidplaneException broken = state == State.CLOSED ? null : link.endAsError();
    if (broken != null && !(broken instanceof EndOfChannelException)) {
      throw broken;
    }
    return Inbox.NONE;
  }

  private void giveBack(int bytes) {
    if (bytes > 0) {
      link.tryToSend(FrameCode.CHANNEL_CREDIT, id, Credits.payload(bytes));
    }
  }

  void setCallback(Consumer<@Nullable Object> onItem, Runnable onEnd) {
    Mailbox made;
    guard.lock();
    try {
      waits.useByAny("a callback");
      if (mailbox != null) {
        throw new MidplaneException(
            ErrorCode.ALREADY_EXISTS, describe() + " has a callback already");
      }
      made = new Mailbox(this, onItem, onEnd, link.executor());
      mailbox = made;
      guard.signalAll();
    } finally {
      guard.unlock();
    }
    made.wake();
  }

  void requireNoCallback() {
    if (mailbox != null) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED, "cannot receive on " + describe() + ": it has a callback");
    }
  }

  /** The next item; {@link Mailbox#LATER} if there is none yet, {@link Inbox#NONE} at the end. */
  @Nullable Object nextForCallback() {
    int back;
    Object item;
    guard.lock();
    try {
      if (inbox.isEmpty()) {
        return state == State.OPEN ? Mailbox.LATER : Inbox.NONE;
      }
      back = credits.returned(inbox.nextBytes());
      item = inbox.take();
    } finally {
      guard.unlock();
    }
    giveBack(back);
    return item;
  }

  /** The mailbox gave its end marker. */
  void callbackEnded() {
    guard.run(guard::signalAll);
    asyncWaits.wake();
  }

  /**
   * Those who wait without a thread.
   *
   * @throws MidplaneException UNSUPPORTED if it belongs to one thread
   */
  AsyncWaits asyncWaits() {
    guard.run(() -> waits.useByAny("an asynchronous wait"));
    return asyncWaits;
  }

  /** Those who wait with one. */
  ChannelWaits waits() {
    return waits;
  }

  /** From now on it belongs to the calling thread. */
  void confine() {
    guard.run(() -> {
      waits.use();
      if (mailbox != null || !asyncWaits.isEmpty()) {
        throw new MidplaneException(
            ErrorCode.UNSUPPORTED,
            "cannot confine " + describe() + ": it has a callback or an asynchronous wait");
      }
      waits.confine();
      guard.signalAll();
    });
  }

  /** Under the guard: whether there is nothing for a thread that waits for it, nor the end. */
  boolean hasNothing(WaitKind what) {
    return what == WaitKind.RECEIVE
        ? inbox.isEmpty() && state == State.OPEN
        : what == WaitKind.CLOSE
            ? !isOver()
            : credits.areShort() && state != State.CLOSED && link.ended() == null;
  }

  /** Somebody who had taken an item went away before it was given. */
  void putBack(@Nullable Object item) {
    guard.run(() -> {
      inbox.putBack(item);
      guard.signalItems(1);
    });
    wake(mailbox);
  }

  /** How a wait for more is answered: with the error once, then with the end. */
  MidplaneException endAsError() {
    return guard.get(() -> {
      try {
        var unused = endOrThrow();
        return new EndOfChannelException("nothing more will come on " + describe());
      } catch (MidplaneException failure) {
        return failure;
      }
    });
  }

  boolean isOverForAll() {
    return guard.get(this::isOver);
  }

  void waitClose(long nanos) {
    guard.run(() -> {
      waits.use();
      waits.await(WaitKind.CLOSE, nanos);
      var unused = endOrThrow();
    });
  }

  /** Under the guard: whether nothing more will come, and the callback knows. */
  boolean isOver() {
    return state != State.OPEN && (mailbox == null || mailbox.isOver());
  }

  /** No more from here; the other side may go on. */
  void closeOutput() {
    guard.run(this::requireClosable);
    halfClose();
  }

  private void halfClose() {
    boolean first =
        guard.get(() -> {
          boolean open = state != State.CLOSED && !halfClosed && link.ended() == null;
          halfClosed = true;
          return open;
        });
    if (first) {
      link.send(FrameCode.CHANNEL_LAST_MESSAGE, id, new byte[0]);
    }
  }

  void close(@Nullable String text) {
    guard.run(this::requireClosable);
    closeWith(text);
  }

  private void requireClosable() {
    waits.use();
    if (running) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED, "cannot explicitly close channel within remote_exec");
    }
  }

  /**
   * Closes it, whoever it belongs to. Tells the other side, but not stock execnet when that said
   * its last word: its own ends do not either.
   */
  void closeWith(@Nullable String text) {
    State before =
        guard.get(() -> {
          State was = state;
          state = State.CLOSED;
          return was;
        });
    if (before == State.CLOSED) {
      return;
    }
    over(State.CLOSED, null);
    link.forget(id, this);
    boolean listens = before == State.OPEN || link.settings().credits();
    if (listens && link.ended() == null) {
      link.sendClose(id, text);
    }
  }

  /** Nobody holds the handle any more. */
  void dropped() {
    boolean open = guard.get(() -> state == State.OPEN && !running && handle.get() == null);
    if (open && mailbox == null) {
      closeWith(null);
    } else if (open) {
      halfClose();
    }
  }

  void beginTask() {
    guard.run(() -> running = true);
  }

  /** The task is over, with this error if there is one. */
  void endTask(@Nullable String text) {
    guard.run(() -> running = false);
    closeWith(text);
  }

  boolean isClosed() {
    return guard.get(() -> state == State.CLOSED);
  }

  String describe() {
    return "<Channel id=" + id + (state == State.CLOSED ? " closed>" : " open>");
  }
}

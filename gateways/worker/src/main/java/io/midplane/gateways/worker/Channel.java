package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.ChannelValue;
import io.midplane.gateways.wire.StringCoercion;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A two-way row of items between code here and code at the other end of a gateway. What one side
 * sends the other receives, in order; see {@link io.midplane.gateways.wire.Values} for what an item
 * can be, and a channel can be in one too.
 *
 * <p>Each side may close it, in order or with an error. What came before can still be received;
 * then {@link #receive()} throws the other side's error once, and {@link EndOfChannelException}
 * from then on. Going over a channel in a loop ends where that would be thrown.
 *
 * <p>For any number of threads. A channel that nobody holds any more is closed by itself some time;
 * closing it is better. All that is thrown is unchecked.
 */
public final class Channel implements Iterable<@Nullable Object>, ChannelValue, AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final ChannelCore core;

  Channel(ChannelCore core) {
    this.core = core;
    var unused = CLEANER.register(this, core::dropped);
  }

  @Override
  public int id() {
    return core.id();
  }

  /**
   * Sends an item. Blocks: while the stream does, and between two ends of Midplane while the other
   * side is a mebibyte behind.
   *
   * @throws MidplaneException CLOSED if this channel is; UNREACHABLE if the other side is gone
   * @throws io.midplane.gateways.wire.DumpException if the item has no form on the wire; nothing
   *     was sent then
   */
  public void send(@Nullable Object item) {
    try {
      core.send(item);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * The next item. Blocks: until there is one, without limit.
   *
   * @throws io.midplane.calls.DeadlockDetectedException at level L6 if both ends wait and each is
   *     {@linkplain #confine confined}
   * @throws RemoteException the error of the other side, once
   * @throws EndOfChannelException if no more will come
   */
  public @Nullable Object receive() {
    return receive(Long.MAX_VALUE);
  }

  /**
   * The next item. Blocks: until there is one, so long.
   *
   * @param timeout zero to look only
   * @throws MidplaneException TIMED_OUT if none came; none is lost then
   * @throws RemoteException the error of the other side, once
   * @throws EndOfChannelException if no more will come
   */
  public @Nullable Object receive(Duration timeout) {
    return receive(nanos(timeout));
  }

  /**
   * The next item, without waiting for it. The stage completes on a thread of the gateway's, with
   * what {@link #receive()} returns or throws. One that is cancelled, or times out, takes no item.
   */
  public CompletableFuture<@Nullable Object> receiveAsync() {
    try {
      return core.asyncWaits().receive();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private @Nullable Object receive(long nanos) {
    Object item = next(nanos);
    if (Inbox.isEnd(item)) {
      throw EndOfChannelException.of(this);
    }
    return item;
  }

  private @Nullable Object next(long nanos) {
    try {
      return core.receive(nanos);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** The items that come, until the end; each step receives. */
  @Override
  public Iterator<@Nullable Object> iterator() {
    return new Items(this);
  }

  /**
   * Has each item given to a callback instead, those that wait already first. One after the other,
   * on a thread of the gateway's; a slow one holds up this channel only. One that throws closes the
   * channel, and the other side gets the traceback.
   *
   * @throws MidplaneException ALREADY_EXISTS if there is one already
   */
  public void setCallback(Consumer<@Nullable Object> onItem) {
    setCallback(onItem, () -> {});
  }

  /**
   * The same, and calls {@code onEnd} once when nothing more will come, before {@link #waitClose()}
   * returns.
   *
   * @throws MidplaneException ALREADY_EXISTS if there is one already
   */
  public void setCallback(Consumer<@Nullable Object> onItem, Runnable onEnd) {
    try {
      core.setCallback(onItem, onEnd);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Says that nothing more comes from here; the other side may go on sending. */
  public void closeOutput() {
    try {
      core.closeOutput();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Closes it. What came can still be received. More than once is no error.
   *
   * @throws MidplaneException NOT_ALLOWED in the code that the channel belongs to: it closes when
   *     that ends
   */
  @Override
  public void close() {
    try {
      core.close(null);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Closes it with an error, which the other side receives.
   *
   * @throws MidplaneException NOT_ALLOWED in the code that the channel belongs to
   */
  public void close(String error) {
    try {
      core.close(error);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Waits until the other side closed it, or its half. Blocks: yes.
   *
   * @throws RemoteException the error of the other side, once; items stay
   */
  public void waitClose() {
    waitClose(Long.MAX_VALUE);
  }

  /**
   * The same, so long.
   *
   * @throws MidplaneException TIMED_OUT if it did not
   */
  public void waitClose(Duration timeout) {
    waitClose(nanos(timeout));
  }

  /** Completes when {@link #waitClose()} would return, and fails when it would throw. */
  public CompletableFuture<@Nullable Void> waitCloseAsync() {
    try {
      return core.asyncWaits().waitClose();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private void waitClose(long nanos) {
    try {
      core.waitClose(nanos);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Whether it is closed, by whom ever; false while one half is open. */
  public boolean isClosed() {
    return core.isClosed();
  }

  /** Changes what strings of another Python become on this channel, at both ends. */
  public void reconfigure(StringCoercion strings) {
    try {
      core.reconfigure(strings);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Makes it the calling thread's own: what any other thread asks of it is refused from now on with
   * NOT_ALLOWED, callbacks and asynchronous waits with UNSUPPORTED. In return, where the other end
   * is confined too, and both wait without a timeout and nothing is on its way, the wait of the
   * side that started the gateway is refused at {@link io.midplane.calls.DeadlockLevel#L6}. The end
   * of the code that a channel belongs to, or of the gateway, still closes it.
   *
   * @return this
   * @throws MidplaneException UNSUPPORTED if it has a callback or an asynchronous wait; NOT_ALLOWED
   *     if it is another thread's
   */
  public Channel confine() {
    try {
      core.confine();
      return this;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Another channel of the same gateway; send it to the other side to use it. */
  public Channel newChannel() {
    return core.link().newChannel();
  }

  /**
   * Each write becomes one item of bytes.
   *
   * @param closes whether closing the stream closes the channel
   */
  public OutputStream outputStream(boolean closes) {
    return new ChannelOutput(this, closes);
  }

  /**
   * The items, bytes or text in UTF-8, one behind the other.
   *
   * @param closes whether closing the stream closes the channel
   */
  public InputStream inputStream(boolean closes) {
    return new ChannelInput(this, closes);
  }

  @Override
  public String toString() {
    return core.describe();
  }

  ChannelCore core() {
    return core;
  }

  private static long nanos(Duration timeout) {
    if (timeout.isNegative()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "timeout: " + timeout + " (expected: zero or more)");
    }
    try {
      return timeout.toNanos();
    } catch (ArithmeticException centuries) {
      return Long.MAX_VALUE;
    }
  }

  /** Receives ahead by one, so that it knows of the end. */
  private static final class Items implements Iterator<@Nullable Object> {
    private final Channel channel;
    private boolean ahead;
    private @Nullable Object item;

    Items(Channel channel) {
      this.channel = channel;
    }

    @Override
    public boolean hasNext() {
      if (!ahead) {
        item = channel.next(Long.MAX_VALUE);
        ahead = true;
      }
      return !Inbox.isEnd(item);
    }

    @Override
    public @Nullable Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ahead = false;
      return item;
    }
  }
}

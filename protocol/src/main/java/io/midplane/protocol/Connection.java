package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Turn;
import io.midplane.protocol.northbound.v1.Credit;
import io.midplane.protocol.northbound.v1.Failure;
import io.midplane.protocol.northbound.v1.Hello;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.Welcome;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: the open requests, who reads for them, and how all of them end. Frames of
 * a request reach its {@link Exchange}; nothing here runs the user's code.
 */
final class Connection implements Turn.Reading {
  private final ConcurrentHashMap<Long, Exchange> open = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();

  /** No request with a listener ends as timed out before this. */
  private final AtomicLong firstExpiry = new AtomicLong(Long.MAX_VALUE);

  private final long clockStart = System.nanoTime();
  private final Turn turn = new Turn(this);
  private final Path socket;
  private final int maxFrameBytes;
  private final FrameDecoder decoder;
  private final Wire wire;

  private volatile NorthboundLimits limits = NorthboundLimits.DEFAULT;

  /** Whether the node has greeted; read and written by whoever has the turn. */
  private boolean welcomed;

  private Connection(ClientSettings settings) {
    socket = settings.socketPath();
    maxFrameBytes = settings.maxFrameBytes();
    decoder = FrameDecoder.atClient(maxFrameBytes);
    wire = Wire.connect(socket, maxFrameBytes, turn);
  }

  /**
   * Connects and exchanges greetings. Blocks: yes.
   *
   * @throws MidplaneException UNREACHABLE, NOT_ALLOWED, TIMED_OUT, UNSUPPORTED or
   *     PROTOCOL_VIOLATION
   */
  static Connection open(ClientSettings settings) {
    var connection = new Connection(settings);
    connection.wire.send(
        FrameKind.HELLO,
        0,
        Hello.newBuilder()
            .setProtocol(MidplaneClient.PROTOCOL_VERSION)
            .setClient(settings.program())
            .setUser(settings.userName())
            .build());
    connection.awaitGreeting(Deadline.in(settings.timeout(), connection.now()));
    return connection;
  }

  /** Nobody else has the connection yet: this thread reads. */
  private void awaitGreeting(Deadline deadline) {
    while (!welcomed) {
      Ending over = ending.get();
      if (over != null) {
        throw over.exception();
      }
      long left = deadline.left(now());
      if (left <= 0) {
        fail(ungreeted(deadline));
      } else if (Thread.currentThread().isInterrupted()) {
        fail(new Ending(ErrorCode.CANCELLED, "connecting to " + this + " was interrupted", null));
      } else {
        boolean unused = read(left);
      }
    }
  }

  /** Nanoseconds on this connection's clock. */
  long now() {
    return System.nanoTime() - clockStart;
  }

  /** The most items a stream may have granted and not received. */
  int maxCredits() {
    return limits.maxCredits();
  }

  /** The node, for messages. */
  @Override
  public String toString() {
    return "node at " + socket;
  }

  /**
   * Sends a request; one with credits is a stream.
   *
   * @param what the request in words, for messages
   * @param listener who takes its frames; null for a thread that will {@link #await} them
   * @param expiry when one with a listener ends as timed out
   */
  Exchange begin(
      Request request, Object what, Exchange.@Nullable Listener listener, Deadline expiry) {
    checkRoom(what);
    var exchange = new Exchange(lastId.incrementAndGet(), request, what, listener, expiry);
    if (exchange.isAsync()) {
      expireAt(expiry.at());
      turn.retain();
    }
    open.put(exchange.id, exchange);
    try {
      Ending over = ending.get();
      if (over != null) {
        throw over.exception();
      }
      wire.send(FrameKind.REQUEST, exchange.id, request);
    } catch (RuntimeException e) {
      open.remove(exchange.id);
      settle(exchange);
      throw e;
    }
    return exchange;
  }

  private void checkRoom(Object what) {
    int count = open.size();
    if (count >= limits.maxOpenRequests()) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          what
              + ": "
              + count
              + " requests are open on this connection (expected: fewer than "
              + limits.maxOpenRequests()
              + "); wait for some to end");
    }
  }

  /**
   * Waits for the next frame of a request without a listener. Blocks: yes. Its thread reads the
   * connection for everyone if nobody else does.
   *
   * @throws MidplaneException TIMED_OUT or CANCELLED (interrupted; the flag is set again), and the
   *     request is cancelled; or why the request or the connection ended
   */
  Frame await(Exchange exchange, Deadline deadline) {
    exchange.waitingThread(Thread.currentThread());
    try {
      for (Frame frame = exchange.poll(); ; frame = exchange.poll()) {
        if (frame != null) {
          return frame;
        }
        long left = deadline.left(now());
        if (left <= 0) {
          throw giveUp(exchange, timedOut(exchange, deadline));
        }
        if (Thread.currentThread().isInterrupted()) {
          throw giveUp(exchange, interrupted(exchange));
        }
        turn.await(exchange, left);
      }
    } finally {
      turn.leave(exchange);
      exchange.waitingThread(null);
    }
  }

  private MidplaneException giveUp(Exchange exchange, Ending why) {
    cancel(exchange, why);
    return why.exception();
  }

  private Ending ungreeted(Deadline deadline) {
    return new Ending(
        ErrorCode.TIMED_OUT,
        this
            + ": no greeting within "
            + deadline.limit().toMillis()
            + " ms; nothing was asked of it; see its log, or allow it more time",
        null);
  }

  private Ending timedOut(Exchange exchange, Deadline deadline) {
    return new Ending(
        ErrorCode.TIMED_OUT,
        exchange
            + ": no answer from "
            + this
            + " within "
            + deadline.limit().toMillis()
            + " ms; the node was told to give up, it may have done it all the same",
        null);
  }

  private static Ending interrupted(Exchange exchange) {
    return new Ending(
        ErrorCode.CANCELLED,
        exchange + ": the waiting thread was interrupted; the node was told to give up",
        null);
  }

  /** Ends a request on this side and tells the node; does nothing if it is over. */
  void cancel(Exchange exchange, Ending why) {
    if (settle(exchange)) {
      exchange.end(why);
      turn.stopReading(exchange);
      wire.send(FrameKind.CANCEL, exchange.id, null);
    }
  }

  /** Lets the node send more items of a stream. */
  void grant(Exchange exchange, int items) {
    if (!exchange.isSettled()) {
      exchange.grant(items);
      wire.send(FrameKind.CREDIT, exchange.id, Credit.newBuilder().setItems(items).build());
    }
  }

  private boolean settle(Exchange exchange) {
    boolean first = exchange.settle();
    if (first && exchange.isAsync()) {
      turn.release();
    }
    return first;
  }

  @Override
  public boolean read(long nanos) {
    try {
      long untilExpiry = firstExpiry.get();
      ByteBuffer bytes =
          wire.read(untilExpiry == Long.MAX_VALUE ? nanos : Math.min(nanos, untilExpiry - now()));
      if (bytes != null) {
        decoder.feed(bytes);
        for (Frame frame = decoder.next(); frame != null; frame = decoder.next()) {
          dispatch(frame);
        }
      }
      expire();
    } catch (EOFException e) {
      fail(new Ending(ErrorCode.UNREACHABLE, this + ": it closed the connection; see its log", e));
    } catch (IOException e) {
      fail(new Ending(ErrorCode.UNREACHABLE, this + ": " + e.getMessage() + "; see its log", e));
    } catch (MidplaneException e) {
      fail(Ending.of(e));
    } catch (RuntimeException e) {
      fail(new Ending(ErrorCode.INTERNAL, this + ": the client failed: " + e, e));
    }
    return ending.get() == null;
  }

  @Override
  public void wakeUp() {
    wire.wakeUp();
  }

  private void dispatch(Frame frame) {
    if (frame.requestId() == 0) {
      onGreeting(frame);
      return;
    }
    if (!welcomed) {
      throw frame.refuse("frame kind", frame.kind().name(), "HELLO first");
    }
    Exchange exchange = open.get(frame.requestId());
    if (exchange == null) {
      throw frame.refuse("request id", Long.toString(frame.requestId()), "that of an open request");
    }
    exchange.check(frame);
    switch (frame.kind()) {
      case REPLY, END, ERROR -> {
        open.remove(exchange.id);
        settle(exchange);
      }
      case ITEMS, NOTICE, OPENED, HELLO, REQUEST, CREDIT, CANCEL -> {}
    }
    exchange.deliver(frame);
  }

  private void onGreeting(Frame frame) {
    if (frame.kind() == FrameKind.ERROR) {
      throw FailureCodec.fromProto(frame.payload(Failure.parser()));
    }
    if (welcomed) {
      throw frame.refuse("frame kind", "HELLO", "HELLO once");
    }
    Welcome welcome = frame.payload(Welcome.parser());
    if (welcome.getProtocol() != MidplaneClient.PROTOCOL_VERSION) {
      throw frame.refuse(
          "protocol version",
          Integer.toUnsignedString(welcome.getProtocol()),
          Integer.toString(MidplaneClient.PROTOCOL_VERSION));
    }
    try {
      limits =
          new NorthboundLimits(
              Math.min(maxFrameBytes, welcome.getMaxFrameBytes()),
              welcome.getMaxOpenRequests(),
              welcome.getMaxCredits());
    } catch (MidplaneException e) {
      throw frame.refuse("limits", String.valueOf(e.getMessage()), "limits in their ranges");
    }
    wire.maxFrameBytes(limits.maxFrameBytes());
    welcomed = true;
  }

  private void expireAt(long expiry) {
    long before = firstExpiry.getAndAccumulate(expiry, Math::min);
    if (expiry < before) {
      wire.wakeUp();
    }
  }

  private void expire() {
    long now = now();
    if (now < firstExpiry.get()) {
      return;
    }
    firstExpiry.set(Long.MAX_VALUE);
    long next = Long.MAX_VALUE;
    for (Exchange exchange : open.values()) {
      if (!exchange.isAsync() || exchange.isSettled()) {
        continue;
      }
      if (exchange.expiry.at() <= now) {
        cancel(exchange, timedOut(exchange, exchange.expiry));
      } else {
        next = Math.min(next, exchange.expiry.at());
      }
    }
    firstExpiry.accumulateAndGet(next, Math::min);
  }

  /** Ends the connection and with it every request at once. */
  void fail(Ending why) {
    if (!ending.compareAndSet(null, why)) {
      return;
    }
    wire.close();
    for (Exchange exchange : open.values()) {
      exchange.end(why);
      settle(exchange);
    }
    open.clear();
  }

  void close() {
    fail(new Ending(ErrorCode.CLOSED, this + ": this client was closed", null));
  }
}

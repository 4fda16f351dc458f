package io.midplane.node;

import com.google.protobuf.MessageLite;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.FailureCodec;
import io.midplane.protocol.Frame;
import io.midplane.protocol.FrameDecoder;
import io.midplane.protocol.FrameEncoder;
import io.midplane.protocol.FrameKind;
import io.midplane.protocol.NorthboundLimits;
import io.midplane.protocol.northbound.v1.Credit;
import io.midplane.protocol.northbound.v1.Hello;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.Welcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection as the node sees it: reads its frames and keeps its open requests.
 * Confined to the server's thread, but for {@link #send}, {@link #sendFailure}, {@link #forget},
 * {@link #hasRoom} and {@link #expiryIn}.
 */
final class Peer {
  private static final Logger LOG = LoggerFactory.getLogger(NorthboundServer.class);

  private final Map<Long, OpenRequest> open = new ConcurrentHashMap<>();
  private final NorthboundServer server;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final NorthboundLimits limits;
  private final FrameDecoder decoder;
  private final Outbound outbound;
  private final long number;
  private final String user;
  private final long helloExpiry;

  /** The client's requests; null until it has greeted. */
  private NorthboundService.@Nullable Session session;

  private boolean paused;
  private boolean closed;

  Peer(NorthboundServer server, SocketChannel channel, SelectionKey key, long number, String user) {
    this.server = server;
    this.channel = channel;
    this.key = key;
    this.number = number;
    this.user = user;
    this.limits = server.limits().connection();
    this.helloExpiry = server.expiryIn(server.limits().helloTimeout().toMillis());
    this.decoder = FrameDecoder.atNode(limits.maxFrameBytes());
    this.outbound =
        new Outbound(
            channel,
            key,
            new FrameEncoder(limits.maxFrameBytes()),
            server.limits().maxUnsentBytes(),
            why -> server.execute(() -> close(why)));
  }

  /** The socket has something or takes something. */
  void onReady(ByteBuffer buffer) {
    if (key.isWritable()) {
      outbound.flush();
      if (hasRoom()) {
        onRoom();
      }
    }
    if (!closed && key.isValid() && key.isReadable()) {
      read(buffer);
    }
  }

  private void onRoom() {
    if (paused) {
      paused = false;
      key.interestOpsOr(SelectionKey.OP_READ);
    }
    for (OpenRequest request : open.values()) {
      if (request instanceof OpenStream stream) {
        stream.advance();
      }
    }
  }

  private void read(ByteBuffer buffer) {
    try {
      buffer.clear();
      if (channel.read(buffer) < 0) {
        close("");
        return;
      }
      decoder.feed(buffer.flip());
      for (Frame frame = decoder.next(); frame != null && !closed; frame = decoder.next()) {
        onFrame(frame);
      }
      if (!closed && !hasRoom() && !paused) {
        paused = true;
        key.interestOpsAnd(~SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      close("cannot read: " + e.getMessage());
    } catch (MidplaneException e) {
      refuse(e);
    }
  }

  private void onFrame(Frame frame) {
    switch (frame.kind()) {
      case HELLO -> onHello(frame);
      case REQUEST -> onRequest(frame, greeted(frame));
      case CREDIT -> onCredit(frame);
      case CANCEL -> onCancel(frame);
      case REPLY, ITEMS, END, ERROR, NOTICE, OPENED ->
          throw frame.refuse("frame kind", frame.kind().name(), "a kind that a client sends");
    }
  }

  private NorthboundService.Session greeted(Frame frame) {
    if (session == null) {
      throw frame.refuse("frame kind", frame.kind().name(), "HELLO first");
    }
    return session;
  }

  private void onHello(Frame frame) {
    if (session != null) {
      throw frame.refuse("frame kind", "HELLO", "HELLO once");
    }
    Hello hello = frame.payload(Hello.parser());
    if (hello.getProtocol() < 1) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "protocol version: 0 (expected: at least " + NorthboundServer.PROTOCOL + ")");
    }
    session = server.service().open(new Caller(user, hello.getUser(), hello.getClient()));
    LOG.debug(
        "NODE-0202 connection {}: {} for user {} (peer {})",
        number,
        hello.getClient(),
        hello.getUser(),
        user);
    send(
        FrameKind.HELLO,
        0,
        Welcome.newBuilder()
            .setProtocol(NorthboundServer.PROTOCOL)
            .setNode(server.name())
            .setVersion(Version.TEXT)
            .setMaxFrameBytes(limits.maxFrameBytes())
            .setMaxOpenRequests(limits.maxOpenRequests())
            .setMaxCredits(limits.maxCredits())
            .build());
  }

  private void onRequest(Frame frame, NorthboundService.Session calls) {
    long id = frame.requestId();
    Request request = frame.payload(Request.parser());
    if (open.containsKey(id)) {
      throw frame.refuse("request id", Long.toString(id), "one that is not open");
    }
    if (open.size() >= limits.maxOpenRequests()) {
      throw frame.refuse(
          "open requests",
          Integer.toString(open.size() + 1),
          "at most " + limits.maxOpenRequests());
    }
    long timeout = Integer.toUnsignedLong(request.getTimeoutMillis());
    switch (request.getCallCase()) {
      case WALK, SHOW, DIFF -> openStream(frame, request, calls, timeout);
      case WATCH -> openStream(frame, request, calls, 0); // who watches waits as long as it takes
      case STATUS, STOP, TABLES, GET, SET, OPERATE, SAVE, LIST, USE -> {
        if (request.getCredits() != 0) {
          throw frame.refuse("credits", Integer.toUnsignedString(request.getCredits()), "a stream");
        }
        var call = new OpenCall(this, id, timeout, expiryIn(timeout));
        open.put(id, call);
        call.begin(calls, request);
      }
      case CALL_NOT_SET ->
          sendFailure(
              id,
              new MidplaneException(
                  ErrorCode.UNSUPPORTED,
                  "request: a call that node "
                      + server.name()
                      + " ("
                      + Version.TEXT
                      + ") does not know; use a client of the node's version"));
    }
  }

  private void openStream(
      Frame frame, Request request, NorthboundService.Session calls, long timeout) {
    long credits = Integer.toUnsignedLong(request.getCredits());
    if (credits == 0) {
      throw frame.refuse("credits", "0", "at least 1 for a stream");
    }
    checkCredits(frame, credits);
    ItemSource source;
    try {
      source = calls.stream(request);
    } catch (RuntimeException e) {
      sendFailure(frame.requestId(), Failures.of(e));
      return;
    }
    var stream = new OpenStream(this, frame.requestId(), timeout, credits, source);
    open.put(frame.requestId(), stream);
    stream.begin();
  }

  private void onCredit(Frame frame) {
    greeted(frame);
    long items = Integer.toUnsignedLong(frame.payload(Credit.parser()).getItems());
    if (items == 0) {
      throw frame.refuse("credits", "0", "at least 1");
    }
    OpenRequest request = open.get(frame.requestId());
    if (request instanceof OpenCall) {
      throw frame.refuse("request id", Long.toString(frame.requestId()), "that of a stream");
    }
    if (request instanceof OpenStream stream) {
      checkCredits(frame, stream.grant(items));
      stream.advance();
    }
  }

  private void checkCredits(Frame frame, long granted) {
    if (granted > limits.maxCredits()) {
      throw frame.refuse("credits", Long.toString(granted), "at most " + limits.maxCredits());
    }
  }

  private void onCancel(Frame frame) {
    greeted(frame);
    OpenRequest request = open.get(frame.requestId());
    if (request != null) {
      request.fail(
          new MidplaneException(ErrorCode.CANCELLED, "the request was called off by its client"));
    }
  }

  /** When a request with such a timeout ends; the server looks then. */
  long expiryIn(long timeoutMillis) {
    return timeoutMillis == 0 ? Long.MAX_VALUE : server.expiryIn(timeoutMillis);
  }

  /** Ends what is over time; returns when the next of the others will be. */
  long expire(long now) {
    long next = Long.MAX_VALUE;
    if (session == null) {
      if (helloExpiry <= now) {
        refuse(
            new MidplaneException(
                ErrorCode.TIMED_OUT,
                "HELLO: not received (expected: within %d ms of connecting)"
                    .formatted(server.limits().helloTimeout().toMillis())));
        return next;
      }
      next = helloExpiry;
    }
    for (OpenRequest request : open.values()) {
      if (request.expiry() <= now) {
        request.fail(
            new MidplaneException(
                ErrorCode.TIMED_OUT,
                "no answer within the client's " + request.timeoutMillis() + " ms"));
      } else {
        next = Math.min(next, request.expiry());
      }
    }
    return next;
  }

  /** Whether the client keeps up with what it is sent. */
  boolean hasRoom() {
    return outbound.unsent() < ServerLimits.HIGH_WATER;
  }

  /** Sends a frame; {@link Outbound#send} says how. */
  void send(FrameKind kind, long requestId, @Nullable MessageLite payload) {
    outbound.send(kind, requestId, payload);
  }

  void sendFailure(long requestId, MidplaneException why) {
    send(FrameKind.ERROR, requestId, FailureCodec.toProto(why));
  }

  /** A request has seen its last frame. */
  void forget(long requestId, OpenRequest request) {
    open.remove(requestId, request);
  }

  /** Tells the client why, as far as its socket takes it, and closes. */
  void refuse(MidplaneException why) {
    sendFailure(0, why);
    close(String.valueOf(why.getMessage()));
  }

  /** The node goes: tells the client, as far as its socket takes it, and closes. */
  void leave(MidplaneException why) {
    sendFailure(0, why);
    close("");
  }

  /** Closes the connection and lets go of its requests; without a reason the client has left. */
  void close(String reason) {
    if (closed) {
      return;
    }
    closed = true;
    if (reason.isEmpty()) {
      LOG.debug("NODE-0203 connection {} of user {} ended", number, user);
    } else {
      LOG.warn("NODE-0204 connection {} of user {} closed: {}", number, user, reason);
    }
    outbound.close();
    server.remove(this);
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("NODE-0205 connection {}: closing failed", number, e);
    }
    for (OpenRequest request : open.values()) {
      request.abandon();
    }
    open.clear();
  }
}

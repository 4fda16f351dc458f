package io.midplane.node;

import com.google.protobuf.MessageLite;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.FailureCodec;
import io.midplane.protocol.FrameKind;
import io.midplane.protocol.northbound.v1.Notice;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An open request with a single answer. */
final class OpenCall implements OpenRequest {
  private final Peer peer;
  private final long id;
  private final long timeoutMillis;
  private final long expiry;
  private @Nullable CompletionStage<Reply> answer;

  /** Guarded by this, so that no frame follows the last one. */
  private boolean ended;

  OpenCall(Peer peer, long id, long timeoutMillis, long expiry) {
    this.peer = peer;
    this.id = id;
    this.timeoutMillis = timeoutMillis;
    this.expiry = expiry;
  }

  void begin(NorthboundService.Session session, Request request) {
    CompletionStage<Reply> stage;
    try {
      stage = session.call(request, this::print);
    } catch (RuntimeException e) {
      onAnswer(null, e);
      return;
    }
    answer = stage;
    var _ = stage.whenComplete(this::onAnswer);
  }

  private synchronized void print(String line) {
    if (!ended) {
      peer.send(FrameKind.NOTICE, id, Notice.newBuilder().addLines(line).build());
    }
  }

  private void onAnswer(@Nullable Reply reply, @Nullable Throwable failure) {
    if (reply == null) {
      end(FrameKind.ERROR, FailureCodec.toProto(Failures.of(failure)));
      return;
    }
    try {
      end(FrameKind.REPLY, reply);
    } catch (MidplaneException tooLarge) {
      peer.send(FrameKind.ERROR, id, FailureCodec.toProto(tooLarge));
    }
  }

  /** Sends the last frame, unless it was sent; nothing follows it. */
  private synchronized boolean end(FrameKind kind, MessageLite last) {
    if (ended) {
      return false;
    }
    ended = true;
    peer.forget(id, this);
    peer.send(kind, id, last);
    return true;
  }

  @Override
  public long expiry() {
    return expiry;
  }

  @Override
  public long timeoutMillis() {
    return timeoutMillis;
  }

  @Override
  public void fail(MidplaneException why) {
    if (end(FrameKind.ERROR, FailureCodec.toProto(why))) {
      cancel();
    }
  }

  @Override
  public void abandon() {
    synchronized (this) {
      ended = true;
    }
    cancel();
  }

  private void cancel() {
    if (answer != null) {
      answer.toCompletableFuture().cancel(false);
    }
  }
}

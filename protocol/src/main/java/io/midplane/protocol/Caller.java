package io.midplane.protocol;

import com.google.protobuf.Parser;
import io.midplane.calls.BlockingGate;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.protocol.northbound.v1.Failure;
import io.midplane.protocol.northbound.v1.Notice;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls over a connection, waiting or not: refuses a wait where none is allowed, keeps the
 * deadline, hands progress to the caller, turns failures into exceptions. Immutable.
 *
 * @param credits how many items a stream may have under way
 * @param notices takes lines of progress; null for a caller who does not print
 */
record Caller(
    Connection connection,
    BlockingGate gate,
    Duration timeout,
    int credits,
    @Nullable Consumer<? super String> notices) {

  static Caller over(Connection connection, BlockingGate gate, ClientSettings settings) {
    return new Caller(connection, gate, settings.timeout(), settings.credits(), null);
  }

  Caller timeout(Duration limit) {
    return new Caller(connection, gate, ClientSettings.checkTimeout(limit), credits, notices);
  }

  Caller notices(Consumer<? super String> consumer) {
    return new Caller(connection, gate, timeout, credits, consumer);
  }

  void checkMayBlock(Object what, String alternative) {
    gate.checkMayBlock(new Operation(what, alternative));
  }

  /** Makes a call and waits for its answer. Blocks: yes. */
  Reply call(Request.Builder request, CallText what, String alternative) {
    checkMayBlock(what, alternative);
    Deadline deadline = deadline();
    Exchange exchange = connection.begin(complete(request), what, null, Deadline.NEVER);
    for (Frame frame = connection.await(exchange, deadline);
        ;
        frame = connection.await(exchange, deadline)) {
      switch (frame.kind()) {
        case REPLY -> {
          return reply(exchange, frame);
        }
        case ERROR -> throw failure(frame);
        default -> print(exchange, frame);
      }
    }
  }

  /** Makes a call; its stage completes on a virtual thread. Blocks: no. */
  <T extends @Nullable Object> CompletionStage<T> callAsync(
      Request.Builder request, CallText what, Function<? super Reply, ? extends T> result) {
    var answer = new Answer<T>(this, result);
    try {
      answer.cancels(connection.begin(complete(request), what, answer, deadline()));
    } catch (RuntimeException e) {
      answer.failLater(e);
    }
    return answer.future();
  }

  /** Opens a stream; nothing has come when this returns. Blocks: no. */
  Exchange stream(Request.Builder request, CallText what) {
    request.setCredits(window());
    return connection.begin(complete(request), what, null, Deadline.NEVER);
  }

  /** How many items a stream may have under way. */
  int window() {
    return Math.min(credits, connection.maxCredits());
  }

  Deadline deadline() {
    return Deadline.in(timeout, connection.now());
  }

  /** Events come when they come: nobody waits for the next one with a deadline. */
  private Request complete(Request.Builder request) {
    int millis = request.hasWatch() ? 0 : (int) timeout.toMillis();
    return request.setTimeoutMillis(millis).setNotices(notices != null).build();
  }

  /** The answer in a REPLY. */
  Reply reply(Exchange exchange, Frame frame) {
    Reply reply = payload(frame, Reply.parser());
    if (reply.getResultCase().getNumber() != exchange.call().getNumber()) {
      throw violated(frame.refuse("reply", reply.getResultCase().name(), exchange.call().name()));
    }
    return reply;
  }

  /** The error in an ERROR. */
  MidplaneException failure(Frame frame) {
    return FailureCodec.fromProto(payload(frame, Failure.parser()));
  }

  /** Hands the lines in a NOTICE to the caller; if that throws, the request is over. */
  void print(Exchange exchange, Frame frame) {
    Notice notice = payload(frame, Notice.parser());
    if (notices == null) {
      return;
    }
    try {
      for (int i = 0; i < notice.getLinesCount(); i++) {
        notices.accept(notice.getLines(i));
      }
    } catch (RuntimeException e) {
      abandon(exchange);
      throw e;
    }
  }

  <M> M payload(Frame frame, Parser<M> parser) {
    try {
      return frame.payload(parser);
    } catch (ProtocolViolationException e) {
      throw violated(e);
    }
  }

  /** The node broke the protocol: the connection ends. */
  ProtocolViolationException violated(ProtocolViolationException violation) {
    connection.fail(Ending.of(violation));
    return violation;
  }

  /** The user gives a request up. */
  void abandon(Exchange exchange) {
    connection.cancel(
        exchange, new Ending(ErrorCode.CANCELLED, exchange + ": the caller gave up", null));
  }
}

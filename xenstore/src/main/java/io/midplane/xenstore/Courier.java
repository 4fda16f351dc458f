package io.midplane.xenstore;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * How requests reach the server and answers come back: straight over the connection, or as messages
 * through the connection's actor. Both refuse, order and time out alike. Thread-safe.
 */
public interface Courier {

  /**
   * Sends a request and waits for the payload of its answer. Blocks: yes.
   *
   * @throws io.midplane.xenstore.wire.XenStoreException the server's error
   * @throws io.midplane.calls.MidplaneException TIMED_OUT, CANCELLED, CALLEE_DIED, UNREACHABLE,
   *     CLOSED, LIMIT_EXCEEDED, PROTOCOL_VIOLATION, or a deadlock found
   */
  byte[] call(Request request, Duration timeout);

  /** The same without waiting; completes on a virtual thread. Blocks: no. */
  CompletionStage<byte[]> callAsync(Request request, Duration timeout);

  /**
   * Sends many requests, a window of them under way at a time, and waits for all answers. Blocks:
   * yes.
   *
   * @return an answer for each request, in their order
   */
  List<Answer> callAll(List<Request> requests, Duration timeout);

  /** Which physical connection serves now, counted from 1. Blocks: no. */
  int epoch();
}

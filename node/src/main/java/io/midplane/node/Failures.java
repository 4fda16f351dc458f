package io.midplane.node;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told about a stage that failed; what nobody foresaw is logged with its stack.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(NorthboundServer.class);

  private Failures() {}

  static MidplaneException of(@Nullable Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof MidplaneException known) {
      return known;
    }
    if (cause instanceof CancellationException) {
      return new MidplaneException(ErrorCode.CANCELLED, "the request was called off");
    }
    LOG.error("NODE-0211 a request failed in a way nobody foresaw", cause);
    return new MidplaneException(ErrorCode.INTERNAL, "the node failed: " + cause + "; see its log");
  }
}

package io.midplane.node;

import io.midplane.calls.MidplaneException;

/** A request that has not seen its last frame. Its methods are called on the server's thread. */
sealed interface OpenRequest permits OpenCall, OpenStream {

  /** When it ends as timed out, on the server's clock; {@code Long.MAX_VALUE} for never. */
  long expiry();

  /** How long it had, for the message. */
  long timeoutMillis();

  /** Ends it with a failure, which is sent, and lets go of what is under way. */
  void fail(MidplaneException why);

  /** Ends it without a word, for nobody listens any more. */
  void abandon();
}

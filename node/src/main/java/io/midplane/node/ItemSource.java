package io.midplane.node;

import io.midplane.protocol.northbound.v1.Items;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The items of one stream, pulled as its client grants credits. One pull at a time. */
interface ItemSource {

  /**
   * What a pull brought.
   *
   * @param frames the messages to send, in order
   * @param items how many items are in them, at most as many as were asked for
   * @param last whether the stream ends behind them
   */
  record Batch(List<Items> frames, int items, boolean last) {}

  /**
   * Asks for the next items, at least one unless the stream ends. Does not block; the stage may
   * complete on any thread, and cancelling it lets go of what is under way.
   *
   * @param max the most items
   */
  CompletionStage<Batch> next(int max);

  /** Whether the client is to be told that nothing is missed from now on. */
  default boolean announced() {
    return false;
  }

  /** The stream is over, whatever the reason: lets go of everything. Does not block. */
  default void close() {}
}

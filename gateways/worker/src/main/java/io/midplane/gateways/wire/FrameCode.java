package io.midplane.gateways.wire;

import org.jspecify.annotations.Nullable;

/** What a frame is for; on the wire its {@link #ordinal()}. */
public enum FrameCode {
  /**
   * Asks for the state of the worker. Channel: a fresh id, on which DATA and CLOSE answer. Payload:
   * none.
   */
  STATUS,
  /**
   * Changes what strings of another Python become. Channel: 0 for the whole gateway. Payload: two
   * bools.
   */
  RECONFIGURE,
  /** Ends the worker. Channel: 0. Payload: none. */
  GATEWAY_TERMINATE,
  /**
   * Runs code on a channel of its own. Payload: source, file name, function name, its arguments.
   */
  CHANNEL_EXEC,
  /** An item. Payload: one value. */
  CHANNEL_DATA,
  /** The sender is through with the channel, in both directions. Payload: none. */
  CHANNEL_CLOSE,
  /** The same because of an error. Payload: its text. */
  CHANNEL_CLOSE_ERROR,
  /** The sender sends nothing more and still takes items. Payload: none. */
  CHANNEL_LAST_MESSAGE;

  private static final FrameCode[] ALL = values();

  /** The code of a byte; null if there is none. */
  static @Nullable FrameCode of(byte number) {
    return number < 0 || number >= ALL.length ? null : ALL[number];
  }
}

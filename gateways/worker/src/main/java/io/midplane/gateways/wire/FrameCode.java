package io.midplane.gateways.wire;

import org.jspecify.annotations.Nullable;

/** What a frame is for. */
public enum FrameCode {
  /**
   * Asks for the state of the worker. Channel: a fresh id, on which DATA and CLOSE answer. Payload:
   * none.
   */
  STATUS(0),
  /**
   * Changes what strings of another Python become. Channel: 0 for the whole gateway. Payload: two
   * bools.
   */
  RECONFIGURE(1),
  /** Ends the worker. Channel: 0. Payload: none. */
  GATEWAY_TERMINATE(2),
  /**
   * Runs code on a channel of its own. Payload: source, file name, function name, its arguments.
   */
  CHANNEL_EXEC(3),
  /** An item. Payload: one value. */
  CHANNEL_DATA(4),
  /** The sender is through with the channel, in both directions. Payload: none. */
  CHANNEL_CLOSE(5),
  /** The same because of an error. Payload: its text. */
  CHANNEL_CLOSE_ERROR(6),
  /** The sender sends nothing more and still takes items. Payload: none. */
  CHANNEL_LAST_MESSAGE(7),
  /**
   * The sender read so many bytes of the channel's items, and takes as many more. Between two ends
   * of Midplane that agreed on it only: execnet does not know it. Payload: four bytes.
   */
  CHANNEL_CREDIT(8),
  /**
   * The sender waits on the channel, and tells how many items it has sent and received. Between two
   * ends of Midplane only. Payload: 33 bytes.
   */
  CHANNEL_WAIT(9),
  /**
   * The coordinator wants what tasks print: no payload. The worker tells a line: one value, text.
   * Between two ends of Midplane only. Channel: 0.
   */
  OUTPUT(10),
  /**
   * The sender heard nothing for a while: payload of eight bytes, how often and how long the
   * receiver is to watch over the sender. The answer has no payload. Between two ends of Midplane
   * only. Channel: 0.
   */
  HEARTBEAT(11);

  private static final FrameCode[] ALL = values();
  private static final int OF_EXECNET = CHANNEL_CREDIT.number;

  private final byte number;

  FrameCode(int number) {
    this.number = (byte) number;
  }

  /** What it is on the wire. */
  byte number() {
    return number;
  }

  /** The code of a byte; null if there is none, or only between two ends of Midplane. */
  static @Nullable FrameCode of(byte number, boolean credits) {
    return number < 0 || number > last(credits) ? null : ALL[number];
  }

  /** The highest number that is a code. */
  static int last(boolean credits) {
    return (credits ? ALL.length : OF_EXECNET) - 1;
  }
}

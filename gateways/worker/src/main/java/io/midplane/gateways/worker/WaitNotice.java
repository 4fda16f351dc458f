package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What one end of a channel tells the other of its own wait: the coordinator's end asks whether the
 * other waits, too, and the worker's answers. docs/reference/gateway-wire.md has the details.
 *
 * @param answer whether it answers
 * @param confined whether the end belongs to the one thread that waits
 * @param oneThread whether no other thread has used the end so far
 * @param kind what the end waits for
 * @param number which wait of the coordinator's end this is about
 * @param sent how many items the end has sent
 * @param received how many items have reached the end
 * @param waited how long it has waited, in milliseconds
 */
record WaitNotice(
    boolean answer,
    boolean confined,
    boolean oneThread,
    WaitKind kind,
    long number,
    long sent,
    long received,
    long waited) {
  private static final int ANSWER = 1;
  private static final int CONFINED = 2;
  private static final int ONE_THREAD = 4;
  private static final int KIND = 8;
  private static final long LONGEST = TimeUnit.DAYS.toMillis(365);
  private static final int LENGTH = 1 + 4 * Long.BYTES;

  /** Its form on the wire. */
  byte[] payload() {
    int flags =
        (answer ? ANSWER : 0)
            | (confined ? CONFINED : 0)
            | (oneThread ? ONE_THREAD : 0)
            | KIND * kind.ordinal();
    return ByteBuffer.allocate(LENGTH)
        .put((byte) flags)
        .putLong(number)
        .putLong(sent)
        .putLong(received)
        .putLong(waited)
        .array();
  }

  /**
   * One from the wire.
   *
   * @throws MidplaneException PROTOCOL_VIOLATION if it is none
   */
  static WaitNotice of(byte[] payload) {
    int flags = payload.length == LENGTH ? payload[0] : -1;
    if (flags < 0 || flags >= KIND * WaitKind.values().length) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          "wait notice: "
              + payload.length
              + " bytes, flags "
              + flags
              + " (expected: "
              + LENGTH
              + ", up to 23)");
    }
    ByteBuffer in = ByteBuffer.wrap(payload, 1, LENGTH - 1);
    return new WaitNotice(
        (flags & ANSWER) != 0,
        (flags & CONFINED) != 0,
        (flags & ONE_THREAD) != 0,
        WaitKind.values()[flags / KIND],
        in.getLong(),
        in.getLong(),
        in.getLong(),
        Math.clamp(in.getLong(), 0, LONGEST));
  }
}

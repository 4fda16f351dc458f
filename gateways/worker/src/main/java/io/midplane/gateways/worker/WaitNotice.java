package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.ByteBuffer;

/**
 * What one end of a channel tells the other of its own wait: the coordinator's end asks whether the
 * other waits, too, and the worker's answers. docs/reference/gateway-wire.md has the details.
 *
 * @param answer whether it answers
 * @param confined whether the end belongs to the one thread that waits
 * @param oneThread whether no other thread has used the end so far
 * @param forClose whether the end waits for the close, not for an item
 * @param number which wait of the coordinator's end this is about
 * @param sent how many items the end has sent
 * @param received how many items have reached the end
 * @param waited how long it has waited, in milliseconds
 */
record WaitNotice(
    boolean answer,
    boolean confined,
    boolean oneThread,
    boolean forClose,
    long number,
    long sent,
    long received,
    long waited) {
  private static final int ANSWER = 1;
  private static final int CONFINED = 2;
  private static final int ONE_THREAD = 4;
  private static final int FOR_CLOSE = 8;
  private static final int LENGTH = 1 + 4 * Long.BYTES;

  /** Its form on the wire. */
  byte[] payload() {
    int flags =
        (answer ? ANSWER : 0)
            | (confined ? CONFINED : 0)
            | (oneThread ? ONE_THREAD : 0)
            | (forClose ? FOR_CLOSE : 0);
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
   * @throws MidplaneException PROTOCOL_VIOLATION if it has another length
   */
  static WaitNotice of(byte[] payload) {
    if (payload.length != LENGTH) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          "wait notice: " + payload.length + " bytes (expected: " + LENGTH + ")");
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    int flags = in.get();
    return new WaitNotice(
        (flags & ANSWER) != 0,
        (flags & CONFINED) != 0,
        (flags & ONE_THREAD) != 0,
        (flags & FOR_CLOSE) != 0,
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }
}

package io.midplane.xenstore.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The client's end of a byte connection to a XenStore server.
 *
 * <p>One thread reads at a time and one thread writes at a time, the two may be different and
 * neither waits for the other; {@link #wakeup} and {@link #close} are for any thread at any time.
 * The text form names kind and path, such as {@code UnixSocket(/run/xenstored/socket)}.
 */
public interface Transport extends AutoCloseable {

  /**
   * Reads what is there, at least a byte. Blocks: until there is something, until the time is over,
   * or until {@link #wakeup}.
   *
   * @param timeoutNanos how long to wait; 0 does not wait, a negative number waits without limit
   * @return how many bytes came; 0 when the time is over or someone called {@link #wakeup}; -1 at
   *     the end of the stream
   * @throws IOException if the connection broke or is closed on this side
   */
  int read(ByteBuffer into, long timeoutNanos) throws IOException;

  /**
   * Writes all of the buffers, in order. Blocks: until the other side has taken enough.
   *
   * @throws IOException if the connection broke or is closed on this side
   */
  void write(ByteBuffer... from) throws IOException;

  /**
   * Writes of the buffer what can be taken without waiting. If something is left, the {@link #read}
   * that waits, or else the next one, returns 0 as soon as more can be taken.
   *
   * @throws IOException if the connection broke or is closed on this side
   */
  default void offer(ByteBuffer from) throws IOException {
    write(from);
  }

  /** Makes the {@link #read} that waits, or else the next one, return 0. */
  void wakeup();

  /** Whether it is the XenBus device, with the kernel's own ways of answering watches. */
  default boolean isXenBus() {
    return false;
  }

  /** The longest payload that fits, in bytes. */
  default int maxPayload() {
    return Message.MAX_PAYLOAD;
  }

  /** Closes it; a thread that reads or writes gets an exception. Again is harmless. */
  @Override
  void close();
}

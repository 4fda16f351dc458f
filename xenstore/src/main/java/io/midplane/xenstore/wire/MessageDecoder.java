package io.midplane.xenstore.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into messages, wherever the stream was cut before.
 *
 * <p>Feed it what was read, call {@link #next} until it answers null; it keeps what is incomplete.
 * A length over the bound throws before anything is allocated, and from then on the stream has no
 * message limits any more: close the connection. Not for several threads at once.
 */
public final class MessageDecoder {
  private final IntUnaryOperator bound;
  private final ByteBuffer header =
      ByteBuffer.allocate(Message.HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
  private byte @Nullable [] payload;
  private int filled;

  /** A decoder that refuses payloads over that many bytes. */
  public MessageDecoder(int maxPayload) {
    this(type -> maxPayload);
  }

  /** A decoder whose bound depends on the number of the message's type. */
  public MessageDecoder(IntUnaryOperator maxPayloadOfType) {
    this.bound = maxPayloadOfType;
  }

  /**
   * The next message, or null when it needs more bytes; then all of {@code in} is consumed.
   *
   * @throws OversizedMessageException if a header announces more than the bound
   */
  public @Nullable Message next(ByteBuffer in) {
    byte[] into = payload;
    if (into == null) {
      if (!fillHeader(in)) {
        return null;
      }
      into = new byte[checkedLength()];
      payload = into;
    }
    int chunk = Math.min(into.length - filled, in.remaining());
    in.get(into, filled, chunk);
    filled += chunk;
    if (filled < into.length) {
      return null;
    }
    Message message = new Message(header.getInt(0), header.getInt(4), header.getInt(8), into);
    header.clear();
    payload = null;
    filled = 0;
    return message;
  }

  /** Whether a message was begun and is not complete. */
  public boolean isMidMessage() {
    return header.position() > 0;
  }

  private boolean fillHeader(ByteBuffer in) {
    int chunk = Math.min(header.remaining(), in.remaining());
    header.put(header.position(), in, in.position(), chunk);
    header.position(header.position() + chunk);
    in.position(in.position() + chunk);
    return !header.hasRemaining();
  }

  private int checkedLength() {
    int type = header.getInt(0);
    long length = Integer.toUnsignedLong(header.getInt(12));
    int most = bound.applyAsInt(type);
    if (length > most) {
      throw new OversizedMessageException(type, header.getInt(4), length, most);
    }
    return (int) length;
  }
}

package io.midplane.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one direction of a northbound connection into frames, whatever pieces they
 * arrive in. Refuses a frame as soon as the offending field is complete; memory is bounded by the
 * largest frame allowed. Blocks: no. Not thread-safe.
 *
 * {@snippet :
 * decoder.feed(bytes);
 * for (Frame frame = decoder.next(); frame != null; frame = decoder.next()) {
 *   handle(frame);
 * }
 * }
 */
public final class FrameDecoder {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int HEADER_BYTES = Frame.LENGTH_BYTES + Frame.MIN_BYTES;
  private static final int ID_END = Frame.LENGTH_BYTES + Long.BYTES;

  private final boolean atNode;
  private final int maxFrameBytes;

  private ByteBuffer chunk = NOTHING;

  /** Bytes of the connection before the frame being read. */
  private long frameStart;

  /** Bytes of the frame's header read so far. */
  private int headerRead;

  private int length;
  private long requestId;
  private @Nullable FrameKind kind;
  private byte @Nullable [] payload;
  private int payloadRead;
  private @Nullable ProtocolViolationException violation;

  private FrameDecoder(boolean atNode, int maxFrameBytes) {
    this.atNode = atNode;
    this.maxFrameBytes = Frame.checkMaxBytes(maxFrameBytes);
  }

  /**
   * Decodes what a client sends.
   *
   * @param maxFrameBytes the most a frame may measure after its length field
   */
  public static FrameDecoder atNode(int maxFrameBytes) {
    return new FrameDecoder(true, maxFrameBytes);
  }

  /**
   * Decodes what a node sends.
   *
   * @param maxFrameBytes the most a frame may measure after its length field
   */
  public static FrameDecoder atClient(int maxFrameBytes) {
    return new FrameDecoder(false, maxFrameBytes);
  }

  /**
   * Takes the next bytes of the connection. They are read, and the buffer's position moved, by
   * {@link #next()}; the buffer belongs to the decoder until that returned null.
   *
   * @throws IllegalStateException if the bytes fed before are not all read
   */
  public void feed(ByteBuffer bytes) {
    if (chunk.hasRemaining()) {
      throw new IllegalStateException(
          "feed: "
              + chunk.remaining()
              + " bytes unread (expected: 0); call next() until it returns null");
    }
    chunk = bytes;
  }

  /**
   * The next whole frame, or null if it needs more bytes than were fed.
   *
   * @throws ProtocolViolationException if the bytes are no frame that may come from this direction;
   *     from then on always
   */
  public @Nullable Frame next() {
    if (violation != null) {
      throw violation;
    }
    if (!readHeader() || !readPayload()) {
      chunk = NOTHING;
      return null;
    }
    var frame = new Frame(kind(), requestId, takePayload(), frameStart);
    frameStart += Frame.LENGTH_BYTES + (long) length;
    headerRead = 0;
    return frame;
  }

  private boolean readHeader() {
    while (headerRead < HEADER_BYTES) {
      if (!chunk.hasRemaining()) {
        return false;
      }
      onHeaderByte(chunk.get());
    }
    return true;
  }

  private void onHeaderByte(byte next) {
    if (headerRead < Frame.LENGTH_BYTES) {
      length = headerRead == 0 ? next : length << 8 | (next & 0xff);
    } else if (headerRead < ID_END) {
      requestId = headerRead == Frame.LENGTH_BYTES ? next : requestId << 8 | (next & 0xff);
    } else {
      onKind(next);
    }
    headerRead++;
    if (headerRead == Frame.LENGTH_BYTES && (length < Frame.MIN_BYTES || length > maxFrameBytes)) {
      throw refuse(
          0,
          "frame length",
          Integer.toUnsignedString(length),
          Frame.MIN_BYTES + " to " + maxFrameBytes);
    }
  }

  private void onKind(byte code) {
    FrameKind found = FrameKind.of(code);
    if (found == null || !(atNode ? found.sentByClient() : found.sentByNode())) {
      String sender = atNode ? "a client" : "a node";
      throw refuse(ID_END, "frame kind", "" + code, "a kind that " + sender + " sends");
    }
    boolean zeroWanted = found == FrameKind.HELLO;
    if (zeroWanted ? requestId != 0 : requestId < (found == FrameKind.ERROR ? 0 : 1)) {
      throw refuse(
          Frame.LENGTH_BYTES,
          "request id",
          Long.toString(requestId),
          zeroWanted ? "0 in HELLO" : "1 to 2^63-1 in " + found);
    }
    if (!found.hasPayload() && length != Frame.MIN_BYTES) {
      throw refuse(0, "frame length", Integer.toString(length), Frame.MIN_BYTES + " in " + found);
    }
    kind = found;
    payload = found.hasPayload() ? new byte[length - Frame.MIN_BYTES] : null;
    payloadRead = 0;
  }

  private boolean readPayload() {
    byte[] target = payload;
    if (target == null) {
      return true;
    }
    int count = Math.min(chunk.remaining(), target.length - payloadRead);
    chunk.get(target, payloadRead, count);
    payloadRead += count;
    return payloadRead == target.length;
  }

  private ByteString takePayload() {
    byte[] taken = payload;
    payload = null;
    return taken == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(taken);
  }

  private FrameKind kind() {
    if (kind == null) {
      throw new IllegalStateException("no kind behind a whole header");
    }
    return kind;
  }

  private ProtocolViolationException refuse(int at, String field, String value, String expected) {
    violation = new ProtocolViolationException(frameStart + at, field, value, expected);
    return violation;
  }
}

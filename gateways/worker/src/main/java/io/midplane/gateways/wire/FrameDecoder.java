package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames out of bytes that come in pieces of any size. Memory grows with the bytes that came,
 * not with the length they announce. For one thread at a time.
 */
public final class FrameDecoder {
  private static final int FIRST = 1 << 16;

  /** Payloads up to this are given their memory at once: it is not much, and copies cost. */
  private static final int WHOLE = 1 << 21;

  private final int maxPayload;
  private final boolean credits;
  private final byte[] header = new byte[Frame.HEADER];
  private int headerSize;

  private @Nullable FrameCode code;
  private int channel;
  private int length;
  private byte[] payload = {};
  private int payloadSize;

  /** Where the current frame begins. */
  private long offset;

  private @Nullable FrameException failure;

  /**
   * A decoder at the start of a stream.
   *
   * @param maxPayload the longest payload it takes
   * @param credits whether the codes that only two ends of Midplane know are codes
   */
  public FrameDecoder(int maxPayload, boolean credits) {
    this.maxPayload = maxPayload;
    this.credits = credits;
  }

  /**
   * The next frame; null if there is more to come of it, and the buffer is empty then.
   *
   * @throws FrameException if what comes is no frame; the same again from then on
   */
  public @Nullable Frame next(ByteBuffer in) {
    if (failure != null) {
      throw failure;
    }
    if (code == null && !readHeader(in)) {
      return null;
    }
    if (!readPayload(in)) {
      return null;
    }
    Frame frame = new Frame(Objects.requireNonNull(code), channel, payload);
    offset += Frame.HEADER + (long) length;
    code = null;
    headerSize = 0;
    return frame;
  }

  /** Whether the stream may end here: not within a frame. */
  public boolean isBetweenFrames() {
    return code == null && headerSize == 0;
  }

  /** How many bytes of the frame that is not complete came so far. */
  public int pending() {
    return code == null ? headerSize : Frame.HEADER + payloadSize;
  }

  /** Where the next frame begins, or the one that is not complete. */
  public long offset() {
    return offset;
  }

  /** What to throw if the stream ends now, within a frame. */
  public FrameException truncated() {
    int first = headerSize == 0 ? -1 : header[0];
    return new FrameException(
        ErrorCode.UNREACHABLE,
        offset,
        first,
        "the stream ended after "
            + pending()
            + " of "
            + (code == null ? Frame.HEADER : Frame.HEADER + (long) length)
            + " bytes");
  }

  private boolean readHeader(ByteBuffer in) {
    int taken = Math.min(in.remaining(), Frame.HEADER - headerSize);
    in.get(header, headerSize, taken);
    headerSize += taken;
    if (headerSize < Frame.HEADER) {
      return false;
    }
    ByteBuffer fields = ByteBuffer.wrap(header);
    byte number = fields.get();
    channel = fields.getInt();
    length = fields.getInt();
    FrameCode known = FrameCode.of(number, credits);
    if (known == null) {
      throw refuse(
          ErrorCode.PROTOCOL_VIOLATION,
          "unknown code (expected: 0 to " + FrameCode.last(credits) + ")");
    }
    if (length < 0) {
      throw refuse(ErrorCode.PROTOCOL_VIOLATION, "length: " + length + " (expected: 0 or more)");
    }
    if (length > maxPayload) {
      throw refuse(
          ErrorCode.LIMIT_EXCEEDED,
          "length: " + length + " (expected: at most " + maxPayload + ")");
    }
    code = known;
    payload =
        new byte[length <= WHOLE ? length : Math.max(FIRST, Math.min(length, in.remaining()))];
    payloadSize = 0;
    return true;
  }

  private FrameException refuse(ErrorCode why, String message) {
    failure = new FrameException(why, offset, header[0], message);
    return failure;
  }

  private boolean readPayload(ByteBuffer in) {
    while (payloadSize < length) {
      if (!in.hasRemaining()) {
        return false;
      }
      if (payloadSize == payload.length) {
        payload = Arrays.copyOf(payload, (int) Math.min(length, payload.length * 2L));
      }
      int taken = Math.min(in.remaining(), payload.length - payloadSize);
      in.get(payload, payloadSize, taken);
      payloadSize += taken;
    }
    return true;
  }
}

package io.midplane.protocol;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames of a northbound connection into buffers. Blocks: no. Immutable, hence thread-safe.
 */
public final class FrameEncoder {
  private final int maxFrameBytes;

  /**
   * An encoder.
   *
   * @param maxFrameBytes the most a frame may measure after its length field
   */
  public FrameEncoder(int maxFrameBytes) {
    this.maxFrameBytes = Frame.checkMaxBytes(maxFrameBytes);
  }

  /**
   * The bytes a frame takes, its length field included.
   *
   * @param payload the message in it; null for a kind that has none
   * @throws MidplaneException LIMIT_EXCEEDED if a frame must not be so large
   */
  public int size(@Nullable MessageLite payload) {
    int length = Frame.MIN_BYTES + (payload == null ? 0 : payload.getSerializedSize());
    if (length < 0 || length > maxFrameBytes) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "frame length: "
              + Integer.toUnsignedString(length)
              + " (expected: at most "
              + maxFrameBytes
              + ")");
    }
    return Frame.LENGTH_BYTES + length;
  }

  /**
   * Writes a frame at the buffer's position and moves it behind the frame.
   *
   * @param payload the message in it; null for a kind that has none
   * @param target with at least {@link #size} bytes remaining, of any byte order
   * @throws MidplaneException LIMIT_EXCEEDED if a frame must not be so large; nothing is written
   */
  public void encode(
      FrameKind kind, long requestId, @Nullable MessageLite payload, ByteBuffer target) {
    int size = size(payload);
    ByteBuffer frame = target.slice(target.position(), size).order(ByteOrder.BIG_ENDIAN);
    frame.putInt(size - Frame.LENGTH_BYTES).putLong(requestId).put(kind.code());
    if (payload != null) {
      write(payload, frame);
    }
    target.position(target.position() + size);
  }

  private static void write(MessageLite payload, ByteBuffer frame) {
    try {
      var output = CodedOutputStream.newInstance(frame);
      payload.writeTo(output);
      output.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer of the right size took no more", e);
    }
  }
}

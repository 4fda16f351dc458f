package io.midplane.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * One frame of a northbound connection. Immutable.
 *
 * @param kind what it is for
 * @param requestId the request it belongs to; 0 for the connection itself (HELLO, or ERROR before
 *     it closes)
 * @param payload the encoded message that goes with the kind; empty where the kind has none
 * @param offset where the frame begins, in bytes since the connection began
 */
public record Frame(FrameKind kind, long requestId, ByteString payload, long offset) {
  /** Bytes of the length field. */
  public static final int LENGTH_BYTES = 4;

  /** Bytes of request id and kind, the least that a frame measures after its length field. */
  public static final int MIN_BYTES = 9;

  /** The most a frame measures after its length field unless both sides are told otherwise. */
  public static final int DEFAULT_MAX_BYTES = 1 << 20;

  /** The most a frame may ever be allowed to measure after its length field. */
  public static final int LARGEST_MAX_BYTES = 1 << 26;

  static int checkMaxBytes(int maxFrameBytes) {
    if (maxFrameBytes < 1024 || maxFrameBytes > LARGEST_MAX_BYTES) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "maxFrameBytes: " + maxFrameBytes + " (expected: 1024 to " + LARGEST_MAX_BYTES + ")");
    }
    return maxFrameBytes;
  }

  /**
   * Reads the payload.
   *
   * @throws ProtocolViolationException if it is no such message
   */
  public <M> M payload(Parser<M> parser) {
    try {
      return parser.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      throw refuse("payload", String.valueOf(e.getMessage()), "the message that goes with " + kind);
    }
  }

  /** The error for a frame that is well-formed and yet not allowed where it stands. */
  public ProtocolViolationException refuse(String field, String value, String expected) {
    return new ProtocolViolationException(offset, field, value, expected);
  }
}

package io.midplane.actors;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * How one class of messages is written for another actor system, and read. What it writes is marked
 * {@code name:version}; a reader takes its own version and all before it.
 *
 * @param type the class, exactly
 * @param name its name on the wire: small letters, digits and {@code -}; never given to another
 * @param version what it writes, from 1; grows when old readers could not read it any more
 * @param writer makes the Protobuf message
 * @param reader understands it
 */
public record WireCodec<T>(
    Class<? super T> type, String name, int version, Writer<T> writer, Reader<T> reader) {

  /** Makes the Protobuf message. Must not block. */
  @FunctionalInterface
  public interface Writer<T> {
    /** The message for {@code value}. */
    MessageLite write(T value, WireContext context);
  }

  /** Understands Protobuf messages. Must not block. */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * The value in {@code data}, which was written as this version.
     *
     * @throws InvalidProtocolBufferException if it is no such message
     * @throws MidplaneException if it breaks a rule of the value
     */
    T read(int version, byte[] data, WireContext context) throws InvalidProtocolBufferException;
  }

  /** Checks name and version. */
  public WireCodec {
    if (!name.matches("[a-z][a-z0-9-]*") || version < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "codec: %s:%d (expected: small letters, digits and \"-\"; a version from 1)"
              .formatted(name, version));
    }
  }

  /** What is written beside the bytes. */
  String manifest() {
    return name + ":" + version;
  }
}

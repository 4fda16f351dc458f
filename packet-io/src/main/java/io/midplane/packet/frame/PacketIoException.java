package io.midplane.packet.frame;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/** Something about an interface failed; {@link #error()} has the facts. */
public final class PacketIoException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final transient PacketIoError error;

  /** A failure; the message says it in words, with the remedy. */
  public PacketIoException(PacketIoError error, String message) {
    this(error, message, null);
  }

  /** A failure with its cause. */
  public PacketIoException(PacketIoError error, String message, @Nullable Throwable cause) {
    super(codeOf(error.kind()), message, cause);
    this.error = error;
  }

  /** The facts. */
  public PacketIoError error() {
    return error;
  }

  private static ErrorCode codeOf(PacketIoError.Kind kind) {
    return switch (kind) {
      case NO_SUCH_INTERFACE, NO_SUCH_ROUTER -> ErrorCode.NOT_FOUND;
      case NOT_PERMITTED, NATIVE_ACCESS_DENIED -> ErrorCode.NOT_ALLOWED;
      case INTERFACE_GONE -> ErrorCode.CLOSED;
      case FILTER_REFUSED -> ErrorCode.INVALID_ARGUMENT;
      case NO_MEMORY -> ErrorCode.LIMIT_EXCEEDED;
      case UNSUPPORTED -> ErrorCode.UNSUPPORTED;
      case FAILED -> ErrorCode.IO_FAILED;
    };
  }
}

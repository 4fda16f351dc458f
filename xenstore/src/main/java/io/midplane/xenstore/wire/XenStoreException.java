package io.midplane.xenstore.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/** The server answered with an error; {@link #errorName()} is its word, unchanged. */
public final class XenStoreException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorName errorName;

  /** An answer of that name; the message says which request it answers. */
  public XenStoreException(ErrorName errorName, String message) {
    super(codeOf(errorName), message);
    this.errorName = errorName;
  }

  /** The name the server sent. */
  public ErrorName errorName() {
    return errorName;
  }

  private static ErrorCode codeOf(ErrorName name) {
    return switch (name.text()) {
      case "ENOENT" -> ErrorCode.NOT_FOUND;
      case "EEXIST", "EISCONN", "EALREADY" -> ErrorCode.ALREADY_EXISTS;
      case "EACCES", "EPERM", "EROFS" -> ErrorCode.NOT_ALLOWED;
      case "EINVAL", "EISDIR", "ENOTEMPTY" -> ErrorCode.INVALID_ARGUMENT;
      case "ENOSYS" -> ErrorCode.UNSUPPORTED;
      case "ENOSPC", "E2BIG", "EQUOTA", "ENOMEM" -> ErrorCode.LIMIT_EXCEEDED;
      case "EAGAIN", "EBUSY" -> ErrorCode.BUSY;
      case "EIO" -> ErrorCode.IO_FAILED;
      default -> ErrorCode.AGENT_REFUSED;
    };
  }
}

package io.midplane.xenstore;

import io.midplane.calls.MidplaneException;

/** What became of a request. */
public sealed interface Answer {

  /** The server did it. */
  @SuppressWarnings("ArrayRecordComponent")
  record Done(byte[] bytes) implements Answer {}

  /** The server or the connection failed it. */
  record Failed(MidplaneException reason) implements Answer {}

  /** The payload. */
  default byte[] payload() {
    return switch (this) {
      case Done(var bytes) -> bytes;
      case Failed(var reason) -> throw reason;
    };
  }
}

package io.midplane.packet.link;

/** What became of a frame that was to be sent. */
public enum SendResult {
  /** Handed to the driver. Whether it reached anybody is not known. */
  SENT,
  /** Under 14 bytes: no whole header. */
  TOO_SHORT,
  /** Longer than the interface takes: its MTU, the header, and a tag if there is one. */
  TOO_LONG,
  /** The interface is down. */
  LINK_DOWN,
  /** No buffer is free now; the same frame may pass later. */
  NO_BUFFER,
  /** The interface was removed, or the port is closed. */
  GONE,
  /** The system refused it for another reason, such as a missing right. */
  REFUSED;

  /** Whether sending the same again may succeed. */
  public boolean isRetryable() {
    return this == NO_BUFFER || this == LINK_DOWN;
  }
}

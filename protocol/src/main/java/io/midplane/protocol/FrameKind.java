package io.midplane.protocol;

import org.jspecify.annotations.Nullable;

/** What a frame is for; {@code docs/reference/northbound.md} tells the whole conversation. */
public enum FrameKind {
  /** The first frame of each side: Hello from the client, Welcome from the node. */
  HELLO(1, true, true, true),
  /** Opens a request. */
  REQUEST(2, true, false, true),
  /** The answer to a request that is not a stream; ends it. */
  REPLY(3, false, true, true),
  /** A batch of a stream. */
  ITEMS(4, false, true, true),
  /** The orderly end of a stream. */
  END(5, false, true, false),
  /** A failure; ends the request, or with request id 0 the connection. */
  ERROR(6, false, true, true),
  /** Grants further items of a stream. */
  CREDIT(7, true, false, true),
  /** Calls a request off; its last frame still comes. */
  CANCEL(8, true, false, false),
  /** Progress of a request. */
  NOTICE(9, false, true, true),
  /** The stream is in place: nothing that happens from now on is missed. */
  OPENED(10, false, true, false);

  private static final FrameKind[] KINDS = values();

  private final byte code;
  private final boolean sentByClient;
  private final boolean sentByNode;
  private final boolean hasPayload;

  FrameKind(int code, boolean sentByClient, boolean sentByNode, boolean hasPayload) {
    this.code = (byte) code;
    this.sentByClient = sentByClient;
    this.sentByNode = sentByNode;
    this.hasPayload = hasPayload;
  }

  /** The byte that stands for it in a frame. */
  public byte code() {
    return code;
  }

  /** Whether a client may send it. */
  public boolean sentByClient() {
    return sentByClient;
  }

  /** Whether a node may send it. */
  public boolean sentByNode() {
    return sentByNode;
  }

  /** Whether a message follows; if not, the payload is empty. */
  public boolean hasPayload() {
    return hasPayload;
  }

  static @Nullable FrameKind of(byte code) {
    return code >= 1 && code <= KINDS.length ? KINDS[code - 1] : null;
  }
}

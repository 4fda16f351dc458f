package io.midplane.testkit.xenstore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A message as it stood on the wire. Ids are unsigned 32 bits. Texts write the byte 0 as {@code |},
 * as the protocol's own documents do, and other bytes as ISO 8859-1.
 */
public record Frame(int type, int requestId, int transactionId, byte[] payload) {
  static final int HEADER = 16;

  /** A message with a payload given as text. */
  public static Frame of(int type, int requestId, int transactionId, String text) {
    return new Frame(type, requestId, transactionId, bytes(text));
  }

  /** The payload as text. */
  public String text() {
    return new String(payload, StandardCharsets.ISO_8859_1).replace('\0', '|');
  }

  /** A text's bytes. */
  public static byte[] bytes(String text) {
    return text.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The message's bytes. */
  public byte[] encode() {
    return ByteBuffer.allocate(HEADER + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(type)
        .putInt(requestId)
        .putInt(transactionId)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  /** Text for messages of failed tests. */
  @Override
  public String toString() {
    return "%d/%d/%d %s".formatted(type, requestId, transactionId, text());
  }
}

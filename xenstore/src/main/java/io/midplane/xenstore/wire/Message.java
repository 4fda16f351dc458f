package io.midplane.xenstore.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One message: sixteen bytes of header and a payload.
 *
 * <p>The header's four words are unsigned 32-bit numbers, little-endian; they are carried in {@code
 * int} and keep all their bits. The type is a number since unknown ones are legal on the wire. The
 * payload is not copied: whoever hands over an array does not change it afterwards.
 *
 * @param type the number of a {@link MessageType}, or any other
 * @param requestId chosen by the client, echoed by the server; 0 in a watch event
 * @param transactionId 0 outside of transactions
 * @param payload what follows the header
 */
@SuppressWarnings("ArrayRecordComponent")
public record Message(int type, int requestId, int transactionId, byte[] payload) {
  /** The length of a header in bytes. */
  public static final int HEADER_LENGTH = 16;

  /** The longest payload the protocol allows, in both directions. */
  public static final int MAX_PAYLOAD = 4096;

  /** The longest payload that fits through the XenBus device, header included 4096. */
  public static final int MAX_XENBUS_PAYLOAD = MAX_PAYLOAD - HEADER_LENGTH;

  /** A message of a known type. */
  public Message(MessageType type, int requestId, int transactionId, byte[] payload) {
    this(type.code(), requestId, transactionId, payload);
  }

  /** How many bytes {@link #writeTo} writes. */
  public int encodedLength() {
    return HEADER_LENGTH + payload.length;
  }

  /**
   * Writes header and payload. The buffer's byte order does not matter and stays.
   *
   * @throws java.nio.BufferOverflowException if {@link #encodedLength()} bytes do not fit
   */
  public void writeTo(ByteBuffer out) {
    writeHeader(out, type, requestId, transactionId, payload.length);
    out.put(payload);
  }

  /** Writes a header alone. The buffer's byte order does not matter and stays. */
  public static void writeHeader(
      ByteBuffer out, int type, int requestId, int transactionId, int length) {
    ByteOrder before = out.order();
    out.order(ByteOrder.LITTLE_ENDIAN)
        .putInt(type)
        .putInt(requestId)
        .putInt(transactionId)
        .putInt(length)
        .order(before);
  }

  /** Header and payload in a new array. */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(encodedLength());
    writeTo(out);
    return out.array();
  }

  /** The payload as text, a byte a character; NULs stay. */
  public String text() {
    return Texts.text(payload);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Message that
        && type == that.type
        && requestId == that.requestId
        && transactionId == that.transactionId
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * type + requestId) + transactionId) + Arrays.hashCode(payload);
  }

  /** Type, ids and the payload with its NULs shown as {@code |}, shortened. */
  @Override
  public String toString() {
    MessageType known = MessageType.of(type);
    String name = known == null ? "type " + Integer.toUnsignedString(type) : known.name();
    return name
        + " req="
        + Integer.toUnsignedString(requestId)
        + " tx="
        + Integer.toUnsignedString(transactionId)
        + " "
        + Texts.shown(payload);
  }
}

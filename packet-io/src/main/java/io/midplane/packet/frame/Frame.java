package io.midplane.packet.frame;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One frame that owns its bytes, from the destination address on, without checksum. Do not change
 * the array.
 *
 * @param bytes the frame; a tag that the kernel took out is in {@link FrameMeta#vlan}
 * @param meta what is known beside
 */
@SuppressWarnings("ArrayRecordComponent")
public record Frame(byte[] bytes, FrameMeta meta) {
  /** The least a frame has: two addresses and a type. */
  public static final int HEADER_LENGTH = 14;

  /** Checks that the lengths agree. */
  public Frame {
    if (meta.capturedLength() != bytes.length) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "captured length: " + meta.capturedLength() + " (expected: " + bytes.length + ")");
    }
  }

  /** A frame of these bytes, to be sent. */
  public static Frame of(byte... bytes) {
    return new Frame(bytes, FrameMeta.ofLength(bytes.length));
  }

  /** The bytes as they were on the wire: with the tag back in its place, if one was taken out. */
  public byte[] wire() {
    VlanTag tag = meta.vlan();
    if (tag == null || bytes.length < VlanTag.OFFSET) {
      return bytes;
    }
    byte[] tagged = new byte[bytes.length + VlanTag.LENGTH];
    Tags.insert(bytes, 0, bytes.length, tag.tpid(), tag.tci(), tagged, 0);
    return tagged;
  }

  /**
   * Whom it is for.
   *
   * @throws MidplaneException INVALID_ARGUMENT if it has no header
   */
  public MacAddress destination() {
    requireHeader();
    return MacAddress.read(bytes, 0);
  }

  /** Who sent it; throws as {@link #destination}. */
  public MacAddress source() {
    requireHeader();
    return MacAddress.read(bytes, MacAddress.LENGTH);
  }

  /**
   * The 16 bits behind the addresses: an ethertype from 0x0600 on, a length below. Throws as {@link
   * #destination}.
   */
  public int ethertype() {
    requireHeader();
    return (bytes[12] & 0xff) << 8 | bytes[13] & 0xff;
  }

  private void requireHeader() {
    if (bytes.length < HEADER_LENGTH) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "frame: " + bytes.length + " bytes (expected: at least " + HEADER_LENGTH + ")");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Frame that
        && Arrays.equals(bytes, that.bytes)
        && meta.equals(that.meta);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + meta.hashCode();
  }

  /** Length, tag and the first bytes in hexadecimal. */
  @Override
  public String toString() {
    int shown = Math.min(bytes.length, 32);
    return "Frame("
        + bytes.length
        + " bytes"
        + (meta.vlan() == null ? "" : ", vlan " + meta.vlan())
        + ", "
        + HexFormat.of().formatHex(bytes, 0, shown)
        + (shown < bytes.length ? "…" : "")
        + ")";
  }
}

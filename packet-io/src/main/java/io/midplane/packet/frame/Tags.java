package io.midplane.packet.frame;

/** Puts tags back where the kernel took them out. */
final class Tags {
  private Tags() {}

  /** Copies a frame of at least twelve bytes with a tag behind its addresses. */
  static void insert(
      byte[] from, int offset, int length, int tpid, int tci, byte[] into, int position) {
    System.arraycopy(from, offset, into, position, VlanTag.OFFSET);
    int at = position + VlanTag.OFFSET;
    into[at] = (byte) (tpid >>> 8);
    into[at + 1] = (byte) tpid;
    into[at + 2] = (byte) (tci >>> 8);
    into[at + 3] = (byte) tci;
    System.arraycopy(
        from, offset + VlanTag.OFFSET, into, at + VlanTag.LENGTH, length - VlanTag.OFFSET);
  }
}

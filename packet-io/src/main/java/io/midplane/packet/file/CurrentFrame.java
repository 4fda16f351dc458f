package io.midplane.packet.file;

import io.midplane.packet.frame.PacketType;

/** Where the frame is that was read last, and what the file says of it. */
final class CurrentFrame {
  byte[] array = {};
  int offset;
  int length;
  int originalLength;
  long timestamp;

  /** 1 and the number of the interface in its section; 0 if the file has none. */
  int ifindex;

  PacketType type = PacketType.HOST;
  int flags;

  void at(FileInput in, int at, int captured, int original) {
    array = in.array();
    offset = in.offset() + at;
    length = captured;
    originalLength = Math.max(captured, original);
  }

  /** What the destination address says, for files that do not say themselves. */
  PacketType typeByDestination() {
    return typeByDestination(array, offset, length);
  }

  static PacketType typeByDestination(byte[] array, int offset, int length) {
    if (length < 6 || (array[offset] & 1) == 0) {
      return PacketType.HOST;
    }
    for (int i = 0; i < 6; i++) {
      if (array[offset + i] != -1) {
        return PacketType.MULTICAST;
      }
    }
    return PacketType.BROADCAST;
  }
}

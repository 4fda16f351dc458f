package io.midplane.packet;

import io.midplane.packet.bpf.BpfInstruction;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.VlanTag;
import java.nio.ByteBuffer;
import java.util.List;

/** Frames and filters for tests. */
final class Frames {
  /** An ethertype for experiments. */
  static final int TYPE = 0x88b5;

  static final int OTHER_TYPE = 0x88b6;
  static final MacAddress SOURCE = MacAddress.of("02:00:00:00:00:01");
  static final MacAddress STRANGER = MacAddress.of("02:00:00:00:00:99");
  static final MacAddress GROUP = MacAddress.of("01:80:c2:00:00:0e");

  private Frames() {}

  /** A frame to all of so many bytes, with its number behind the header if there is room. */
  static Frame numbered(int number, int length) {
    return of(MacAddress.BROADCAST, TYPE, number, length);
  }

  static Frame of(MacAddress to, int type, int number, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 7 + number);
    }
    to.write(bytes, 0);
    SOURCE.write(bytes, 6);
    bytes[12] = (byte) (type >>> 8);
    bytes[13] = (byte) type;
    if (length >= 18) {
      ByteBuffer.wrap(bytes).putInt(14, number);
    }
    return Frame.of(bytes);
  }

  /** The number of a frame. */
  static int number(Frame frame) {
    return ByteBuffer.wrap(frame.bytes()).getInt(14);
  }

  /** The frame with tags behind its addresses, the first outermost. */
  static Frame tagged(Frame frame, VlanTag... tags) {
    byte[] bytes = frame.bytes();
    ByteBuffer tagged = ByteBuffer.allocate(bytes.length + 4 * tags.length);
    tagged.put(bytes, 0, 12);
    for (VlanTag tag : tags) {
      tagged.putShort((short) tag.tpid()).putShort((short) tag.tci());
    }
    tagged.put(bytes, 12, bytes.length - 12);
    return Frame.of(tagged.array());
  }

  /** Wants frames of that type. */
  static BpfProgram type(int type) {
    return BpfProgram.of(
        List.of(
            new BpfInstruction(0x28, 0, 0, 12),
            new BpfInstruction(0x15, 0, 1, type),
            new BpfInstruction(0x06, 0, 0, BpfProgram.KEEP_ALL),
            new BpfInstruction(0x06, 0, 0, 0)));
  }

  /** Wants frames of any of the test's types, tagged or not, as the kernel shows them. */
  static BpfProgram test() {
    return BpfProgram.of(
        List.of(
            new BpfInstruction(0x28, 0, 0, 12),
            new BpfInstruction(0x15, 2, 0, TYPE),
            new BpfInstruction(0x15, 1, 0, OTHER_TYPE),
            new BpfInstruction(0x15, 0, 1, VlanTag.DOT1Q),
            new BpfInstruction(0x06, 0, 0, BpfProgram.KEEP_ALL),
            new BpfInstruction(0x06, 0, 0, 0)));
  }

  /** Wants frames whose outer tag, taken out of the bytes, has that id. */
  static BpfProgram vlan(int id) {
    return BpfProgram.of(
        List.of(
            new BpfInstruction(0x20, 0, 0, 0xffff_f030),
            new BpfInstruction(0x15, 0, 4, 1),
            new BpfInstruction(0x20, 0, 0, 0xffff_f02c),
            new BpfInstruction(0x54, 0, 0, 0xfff),
            new BpfInstruction(0x15, 0, 1, id),
            new BpfInstruction(0x06, 0, 0, BpfProgram.KEEP_ALL),
            new BpfInstruction(0x06, 0, 0, 0)));
  }
}

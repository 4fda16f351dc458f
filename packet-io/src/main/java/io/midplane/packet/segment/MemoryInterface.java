package io.midplane.packet.segment;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.frame.VlanTag;
import io.midplane.packet.link.FrameFacts;
import io.midplane.packet.link.SendResult;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An interface of a machine in memory, and the rules of Linux for what goes through it. */
final class MemoryInterface {
  private static final long LOCALLY_ADMINISTERED = 0x0200_0000_0000L;

  private final MemoryHost host;
  private final LoopbackSegment segment;
  private final String name;
  private final int ifindex;
  private final MacAddress address;
  private final Map<Object, BpfProgram> consuming = new ConcurrentHashMap<>();

  MemoryInterface(MemoryHost host, LoopbackSegment segment, String name, int ifindex) {
    this.host = host;
    this.segment = segment;
    this.name = name;
    this.ifindex = ifindex;
    this.address =
        new MacAddress(
            LOCALLY_ADMINISTERED | (name.hashCode() & 0xffff_ffffL) << 8 | ifindex & 0xff);
  }

  String name() {
    return name;
  }

  int ifindex() {
    return ifindex;
  }

  int mtu() {
    return segment.settings().mtu();
  }

  SegmentClock clock() {
    return segment.settings().clock();
  }

  Map<Object, BpfProgram> consuming() {
    return consuming;
  }

  SendResult send(byte[] bytes, int offset, int length) {
    if (length < Frame.HEADER_LENGTH) {
      return SendResult.TOO_SHORT;
    }
    int type = (bytes[offset + VlanTag.OFFSET] & 0xff) << 8 | bytes[offset + 13] & 0xff;
    int most = mtu() + Frame.HEADER_LENGTH + (type == VlanTag.DOT1Q ? VlanTag.LENGTH : 0);
    if (length > most) {
      return SendResult.TOO_LONG;
    }
    byte[] frame = new byte[length];
    System.arraycopy(bytes, offset, frame, 0, length);
    show(received(frame, PacketType.OUTGOING), true);
    segment.carry(this, frame);
    return SendResult.SENT;
  }

  /** A frame comes in from the segment. */
  void arrive(byte[] frame) {
    show(received(frame, typeOf(MacAddress.read(frame, 0))), false);
  }

  private void show(Frame frame, boolean outgoing) {
    for (MemoryCapture capture : host.captures()) {
      if (capture.sees(ifindex, outgoing)) {
        capture.offer(frame);
      }
    }
  }

  boolean consumes(byte[] frame) {
    if (consuming.isEmpty()) {
      return false;
    }
    Frame received = received(frame, typeOf(MacAddress.read(frame, 0)));
    return consuming.values().stream().anyMatch(program -> FrameFacts.wants(program, received));
  }

  private PacketType typeOf(MacAddress destination) {
    if (destination.isBroadcast()) {
      return PacketType.BROADCAST;
    }
    if (destination.isGroup()) {
      return PacketType.MULTICAST;
    }
    return destination.equals(address) ? PacketType.HOST : PacketType.OTHER_HOST;
  }

  /** As the kernel shows it: with the outer tag beside the bytes. */
  private Frame received(byte[] frame, PacketType type) {
    int ethertype = (frame[12] & 0xff) << 8 | frame[13] & 0xff;
    boolean tagged =
        (ethertype == VlanTag.DOT1Q || ethertype == VlanTag.DOT1AD)
            && frame.length >= Frame.HEADER_LENGTH + VlanTag.LENGTH;
    VlanTag tag =
        tagged ? new VlanTag(ethertype, (frame[14] & 0xff) << 8 | frame[15] & 0xff) : null;
    byte[] bytes = tagged ? withoutTag(frame) : frame;
    return new Frame(
        bytes, new FrameMeta(ifindex, clock().now(), bytes.length, bytes.length, type, tag, 0));
  }

  private static byte[] withoutTag(byte[] frame) {
    byte[] bytes = new byte[frame.length - VlanTag.LENGTH];
    System.arraycopy(frame, 0, bytes, 0, VlanTag.OFFSET);
    System.arraycopy(
        frame,
        VlanTag.OFFSET + VlanTag.LENGTH,
        bytes,
        VlanTag.OFFSET,
        bytes.length - VlanTag.OFFSET);
    return bytes;
  }
}

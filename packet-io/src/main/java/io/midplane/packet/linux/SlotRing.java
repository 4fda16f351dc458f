package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.frame.VlanTag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A ring of equal slots (TPACKET_V2): each frame is there as soon as it arrived. */
final class SlotRing implements Ring {
  /** TPACKET_V2. */
  static final int VERSION = 1;

  private static final int SMALLEST_SLOT = 2048;
  private static final int LARGEST_SLOT = 1 << 18;
  private static final int BLOCK = 1 << 16;

  /** Bytes in front of a frame in its slot, and for the frame's own header and a tag. */
  private static final int ROOM = 100;

  private static final int LENGTH = 4;
  private static final int CAPTURED = 8;
  private static final int DATA = 12;
  private static final int SECONDS = 16;
  private static final int NANOS = 20;
  private static final int TCI = 24;
  private static final int TPID = 26;
  private static final int IFINDEX = 36;
  private static final int TYPE = 42;

  private final PacketSocket socket;
  private final MemorySegment ring;
  private final int slot;
  private final int slots;
  private int next;
  private boolean losing;

  private SlotRing(PacketSocket socket, MemorySegment ring, int slot, int slots) {
    this.socket = socket;
    this.ring = ring;
    this.slot = slot;
    this.slots = slots;
  }

  /** The slot that a frame of an interface with that MTU fits into. */
  static int slotFor(int mtu) {
    int wanted = Integer.highestOneBit(Math.max(1, mtu + ROOM - 1)) << 1;
    return Math.clamp(wanted, SMALLEST_SLOT, LARGEST_SLOT);
  }

  static SlotRing open(PacketSocket socket, int slot, int bytes) {
    int block = Math.max(BLOCK, slot);
    int blocks = Math.max(1, bytes / block);
    int slots = blocks * (block / slot);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(16, 4);
      request.set(JAVA_INT, 0, block);
      request.set(JAVA_INT, 4, blocks);
      request.set(JAVA_INT, 8, slot);
      request.set(JAVA_INT, 12, slots);
      socket.version(VERSION);
      MemorySegment ring = socket.ring(request, (long) block * blocks);
      return new SlotRing(socket, ring, slot, slots);
    }
  }

  @Override
  public int drain(BatchBuilder into, int mostFrames) {
    losing = false;
    int moved = 0;
    while (moved < mostFrames) {
      long at = (long) next * slot;
      int status = RingStatus.read(ring, at);
      if ((status & RingStatus.USER) == 0) {
        break;
      }
      move(at, status, into);
      RingStatus.giveBack(ring, at);
      next = next + 1 == slots ? 0 : next + 1;
      moved++;
    }
    return moved;
  }

  private void move(long at, int status, BatchBuilder into) {
    int original = ring.get(JAVA_INT, at + LENGTH);
    int captured = ring.get(JAVA_INT, at + CAPTURED);
    int data = ring.get(JAVA_SHORT, at + DATA) & 0xffff;
    int position = into.reserve(captured);
    RingCopy.copy(ring, at + data, into.array(), position, captured);
    boolean tagged = (status & RingStatus.VLAN_VALID) != 0;
    losing |= (status & RingStatus.LOSING) != 0;
    into.commit(
        captured,
        original,
        ring.get(JAVA_INT, at + IFINDEX),
        ring.get(JAVA_INT, at + SECONDS) * 1_000_000_000L + ring.get(JAVA_INT, at + NANOS),
        PacketType.of(ring.get(JAVA_BYTE, at + TYPE)),
        RingStatus.flags(status, captured, original),
        tagged,
        tagged ? tpid(status, at) : 0,
        tagged ? ring.get(JAVA_SHORT, at + TCI) & 0xffff : 0);
  }

  private int tpid(int status, long at) {
    return (status & RingStatus.VLAN_TPID_VALID) != 0
        ? ring.get(JAVA_SHORT, at + TPID) & 0xffff
        : VlanTag.DOT1Q;
  }

  @Override
  public boolean isLosing() {
    return losing;
  }

  @Override
  public void unmap() {
    socket.unmap(ring);
  }
}

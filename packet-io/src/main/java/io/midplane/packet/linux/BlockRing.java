package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.frame.VlanTag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A ring of blocks full of frames (TPACKET_V3), each handed over when full or when it is time. */
final class BlockRing implements Ring {
  /** TPACKET_V3. */
  static final int VERSION = 2;

  private static final int SMALLEST_BLOCK = 1 << 18;
  private static final int LARGEST_BLOCK = 1 << 19;

  /** A ring has so many blocks, if they are neither too small nor too large then. */
  private static final int BLOCKS = 16;

  private static final int NOMINAL_FRAME = 2048;

  private static final int STATUS = 8;
  private static final int COUNT = 12;
  private static final int FIRST = 16;
  private static final int LENGTH_OF_BLOCK = 20;

  /** What at least stands before the bytes of each frame. */
  private static final int SMALLEST_HEADER = 68;

  private static final int NEXT = 0;
  private static final int SECONDS = 4;
  private static final int NANOS = 8;
  private static final int CAPTURED = 12;
  private static final int LENGTH = 16;
  private static final int FRAME_STATUS = 20;
  private static final int DATA = 24;
  private static final int TCI = 32;
  private static final int TPID = 36;
  private static final int IFINDEX = 52;
  private static final int TYPE = 58;

  private final PacketSocket socket;
  private final MemorySegment ring;
  private final int size;
  private final int blocks;
  private int next;
  private boolean losing;

  private BlockRing(PacketSocket socket, MemorySegment ring, int size, int blocks) {
    this.socket = socket;
    this.ring = ring;
    this.size = size;
    this.blocks = blocks;
  }

  static BlockRing open(PacketSocket socket, int retireMillis, int bytes) {
    int size = Math.clamp(Integer.highestOneBit(bytes / BLOCKS), SMALLEST_BLOCK, LARGEST_BLOCK);
    int blocks = Math.max(2, bytes / size);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(28, 4);
      request.set(JAVA_INT, 0, size);
      request.set(JAVA_INT, 4, blocks);
      request.set(JAVA_INT, 8, NOMINAL_FRAME);
      request.set(JAVA_INT, 12, blocks * (size / NOMINAL_FRAME));
      request.set(JAVA_INT, 16, retireMillis);
      socket.version(VERSION);
      MemorySegment ring = socket.ring(request, (long) size * blocks);
      return new BlockRing(socket, ring, size, blocks);
    }
  }

  /** Moves one block, whatever number of frames it holds. */
  @Override
  public int drain(BatchBuilder into, int mostFrames) {
    losing = false;
    long block = (long) next * size;
    if ((RingStatus.read(ring, block + STATUS) & RingStatus.USER) == 0) {
      return 0;
    }
    int count = ring.get(JAVA_INT, block + COUNT);
    into.reserve(count, ring.get(JAVA_INT, block + LENGTH_OF_BLOCK) - count * SMALLEST_HEADER);
    long at = block + ring.get(JAVA_INT, block + FIRST);
    for (int i = 0; i < count; i++) {
      move(at, into);
      at += ring.get(JAVA_INT, at + NEXT);
    }
    RingStatus.giveBack(ring, block + STATUS);
    next = next + 1 == blocks ? 0 : next + 1;
    return count;
  }

  private void move(long at, BatchBuilder into) {
    int status = ring.get(JAVA_INT, at + FRAME_STATUS);
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
        tagged ? ring.get(JAVA_INT, at + TCI) & 0xffff : 0);
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

package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureStatistics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The format of blocks: one section, interfaces before their first frame. For whom a frame is gets
 * written only where its destination address says something else.
 */
final class PcapngSink implements FrameSink {
  /** More than any block but that of a frame has. */
  static final int MOST = 2048;

  private static final int MAX_NAME = 1024;
  private static final int NANOSECONDS = 9;
  private static final int INBOUND = 1;

  private final FileOutput out;
  private final int snapLength;
  private final Map<Integer, Integer> numbers = new HashMap<>();

  /** The interface of the last frame, which is that of most. */
  private int lastIfindex;

  private int lastNumber = -1;
  private long lastTimestamp;

  PcapngSink(FileOutput out, int snapLength) {
    this.out = out;
    this.snapLength = snapLength;
  }

  private static int flags(PacketType type) {
    return switch (type) {
      case HOST -> INBOUND | 1 << 2;
      case MULTICAST -> INBOUND | 2 << 2;
      case BROADCAST -> INBOUND | 3 << 2;
      case OTHER_HOST -> INBOUND | 4 << 2;
      case OUTGOING -> PcapngBlocks.OUTBOUND;
    };
  }

  @Override
  public int headerLength() {
    return PcapngBlocks.PACKET_HEADER;
  }

  @Override
  public void begin() {
    int at = out.begin();
    out.int32(at + 8, PcapngBlocks.BYTE_ORDER);
    out.int16(at + 12, 1);
    out.int16(at + 14, 0);
    out.int64(at + 16, -1);
    block(at, PcapngBlocks.SECTION, at + 24);
  }

  /** Writes type and both lengths around a block whose contents end at a position. */
  private int block(int at, int type, int end) {
    int length = end + 4 - at;
    out.pair32(at, type, length);
    out.int32(end, length);
    out.end(end + 4);
    return end + 4;
  }

  @Override
  public void face(int ifindex, CaptureInterface face) {
    if (numbers.containsKey(ifindex)) {
      throw new MidplaneException(
          ErrorCode.ALREADY_EXISTS,
          "interface " + ifindex + ": declared before (expected: once, before its first frame)");
    }
    byte[] name = face.name().getBytes(StandardCharsets.UTF_8);
    if (name.length > MAX_NAME) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "interface name: " + name.length + " bytes (expected: at most " + MAX_NAME + ")");
    }
    int at = out.begin();
    out.int16(at + 8, face.linkType());
    out.int16(at + 10, 0);
    out.int32(at + 12, Math.min(face.snapLength(), snapLength));
    int next = at + 16;
    if (name.length > 0) {
      next = option(next, 2, name);
    }
    if (face.address().isPresent()) {
      next = option(next, 6, face.address().get().bytes());
    }
    next = option(next, 9, new byte[] {NANOSECONDS});
    out.int32(next, 0);
    block(at, PcapngBlocks.INTERFACE, next + 4);
    numbers.put(ifindex, numbers.size());
  }

  private int option(int at, int code, byte[] value) {
    out.int16(at, code);
    out.int16(at + 2, value.length);
    int padded = PcapngBlocks.padded(value.length);
    Arrays.fill(out.array(), at + 4, at + 4 + padded, (byte) 0);
    System.arraycopy(value, 0, out.array(), at + 4, value.length);
    return at + 4 + padded;
  }

  @Override
  public void require(int ifindex) {
    if (ifindex == lastIfindex && lastNumber >= 0) {
      return;
    }
    Integer number = numbers.get(ifindex);
    if (number == null) {
      number = numbers.size();
      face(ifindex, CaptureInterface.of(""));
    }
    lastIfindex = ifindex;
    lastNumber = number;
  }

  @Override
  public int complete(
      int at, int captured, int original, int ifindex, long timestamp, PacketType type, int flags) {
    if (timestamp < 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "time stamp: " + timestamp + " (expected: from 0 on)");
    }
    lastTimestamp = timestamp;
    out.pair32(at + 8, lastNumber, (int) (timestamp >>> 32));
    out.pair32(at + 16, (int) timestamp, captured);
    out.int32(at + 24, original);
    int next = at + PcapngBlocks.PACKET_HEADER + captured;
    byte[] array = out.array();
    while ((next - at & 3) != 0) {
      array[next++] = 0;
    }
    boolean isNotReady = (flags & FrameMeta.CSUM_NOT_READY) != 0;
    int header = at + PcapngBlocks.PACKET_HEADER;
    if (isNotReady || type != CurrentFrame.typeByDestination(array, header, captured)) {
      next = flags(next, flags(type) | (isNotReady ? PcapngBlocks.CHECKSUM_NOT_READY : 0));
    }
    return block(at, PcapngBlocks.PACKET, next);
  }

  private int flags(int at, int said) {
    out.int16(at, PcapngBlocks.OPTION_FLAGS);
    out.int16(at + 2, 4);
    out.int32(at + 4, said);
    out.int32(at + 8, 0);
    return at + 12;
  }

  @Override
  public void statistics(int ifindex, CaptureStatistics counted) {
    require(ifindex);
    int at = out.begin();
    out.int32(at + 8, lastNumber);
    out.split64(at + 12, lastTimestamp);
    int next = count(at + 20, 4, counted.received() + counted.dropped());
    next = count(next, 5, counted.dropped());
    out.int32(next, 0);
    block(at, PcapngBlocks.STATISTICS, next + 4);
  }

  private int count(int at, int code, long value) {
    out.int16(at, code);
    out.int16(at + 2, 8);
    out.int64(at + 4, value);
    return at + 12;
  }
}

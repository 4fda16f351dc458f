package io.midplane.packet.file;

import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.frame.VlanTag;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Frames of random bytes, lengths, times, interfaces and tags. */
final class Samples {
  private static final long START = 1_800_000_000_123_456_789L;

  private Samples() {}

  static List<Frame> random(long seed, int count) {
    var random = new SplittableRandom(seed);
    List<Frame> frames = new ArrayList<>();
    long time = START;
    for (int i = 0; i < count; i++) {
      time += random.nextLong(3_000_000_000L);
      frames.add(frame(random, time));
    }
    return frames;
  }

  private static Frame frame(SplittableRandom random, long time) {
    byte[] bytes =
        new byte[random.nextInt(20) == 0 ? 14 + random.nextInt(9000) : 14 + random.nextInt(200)];
    random.nextBytes(bytes);
    bytes[12] = (byte) 0x88;
    bytes[13] = (byte) 0xb5;
    PacketType type = PacketType.of(random.nextInt(5));
    VlanTag tag =
        random.nextInt(3) == 0
            ? VlanTag.of(VlanTag.DOT1Q, random.nextInt(4096), random.nextInt(8))
            : null;
    boolean cut = random.nextInt(10) == 0;
    int flags =
        (cut ? FrameMeta.TRUNCATED : 0) | (random.nextInt(5) == 0 ? FrameMeta.CSUM_NOT_READY : 0);
    int original = bytes.length + (cut ? 1 + random.nextInt(1000) : 0);
    return new Frame(
        bytes,
        new FrameMeta(1 + random.nextInt(3), time, original, bytes.length, type, tag, flags));
  }

  /** The frame as a file has it: its tag in its bytes. */
  static Frame inFile(Frame frame, int ifindex) {
    FrameMeta meta = frame.meta();
    byte[] wire = frame.wire();
    int original = meta.originalLength() + wire.length - frame.bytes().length;
    return new Frame(
        wire,
        new FrameMeta(
            ifindex, meta.timestamp(), original, wire.length, meta.type(), null, meta.flags()));
  }
}

package io.midplane.packet.bpf;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Frames that are mostly what filters look for: few addresses and ports, tags, fragments, header
 * options, now and then cut short or plain noise.
 */
public final class RandomFrames {
  private static final int[] TYPES = {
    0x0800, 0x0800, 0x0800, 0x86dd, 0x86dd, 0x0806, 0x8035, 0x88cc, 0x0026, 0x6003, 0x8137
  };
  private static final int[] TAGS = {0x8100, 0x8100, 0x88a8, 0x9100};
  private static final int[] PROTOCOLS = {6, 6, 17, 17, 1, 2, 58, 132, 44, 103, 50, 112};
  private static final int[] PORTS = {22, 53, 80, 443, 5, 6001, 1024, 65535};
  private static final int[] ADDRESSES = {
    0x0a000001, 0x0a010203, 0xc0a80001, 0xc0000201, 0xe0000005, 0xffffffff, 0
  };
  private static final long[] STATIONS = {
    0x0180c200000eL, 0xffffffffffffL, 0x010203040506L, 0x010203040507L
  };

  private final SplittableRandom random;

  /** The same frames for the same seed. */
  public RandomFrames(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The next frame, of 14 to 119 bytes. */
  public byte[] next() {
    byte[] noise = new byte[60 + random.nextInt(60)];
    random.nextBytes(noise);
    if (random.nextInt(20) == 0) {
      return noise;
    }
    ByteBuffer frame = ByteBuffer.wrap(noise);
    station(frame);
    station(frame);
    int tags = Math.max(0, random.nextInt(6) - 3);
    for (int i = 0; i < tags; i++) {
      frame.putShort((short) any(TAGS));
      frame.putShort((short) (random.nextInt(8) << 13 | any(7, 10, 10, 20, 0)));
    }
    int type = any(TYPES);
    frame.putShort((short) type);
    int at = frame.position();
    switch (type) {
      case 0x0800 -> ip(frame, at);
      case 0x86dd -> ip6(frame, at);
      case 0x0806, 0x8035 -> arp(frame, at);
      case 0x0026 -> llc(frame, at);
      default -> {} // noise behind the type
    }
    int cut = random.nextInt(12) == 0 ? 14 + random.nextInt(noise.length - 14) : noise.length;
    return java.util.Arrays.copyOf(noise, cut);
  }

  private void station(ByteBuffer frame) {
    long station = random.nextInt(4) == 0 ? random.nextLong() : any(STATIONS);
    frame.putShort((short) (station >>> 32)).putInt((int) station);
  }

  private void ip(ByteBuffer frame, int at) {
    int words = random.nextInt(4) == 0 ? random.nextInt(16) : 5;
    frame.put(at, (byte) (0x40 | words));
    frame.putShort(at + 2, (short) any(40, 100, 101, 576));
    frame.putShort(at + 6, (short) (random.nextInt(4) == 0 ? random.nextInt() : 0x4000));
    frame.put(at + 9, (byte) any(PROTOCOLS));
    frame.putInt(at + 12, any(ADDRESSES));
    frame.putInt(at + 16, any(ADDRESSES));
    ports(frame, at + 4 * words);
  }

  private void ip6(ByteBuffer frame, int at) {
    frame.put(at + 6, (byte) any(PROTOCOLS));
    address6(frame, at + 8);
    if (frame.capacity() >= at + 40) {
      address6(frame, at + 24);
    }
    if (frame.capacity() > at + 40) {
      frame.put(at + 40, (byte) any(6, 17, 58, 128, 135));
    }
    if (random.nextInt(3) > 0) {
      ports(frame, at + 40);
    }
  }

  private void address6(ByteBuffer frame, int at) {
    if (at + 16 <= frame.capacity()) {
      frame.putLong(at, any(0, 1) == 0 ? 0xfe80000000000000L : 0x20010db800000000L);
      frame.putLong(at + 8, any(1, 2, 3));
      if (random.nextInt(8) == 0) {
        frame.put(at, (byte) 0xff);
      }
    }
  }

  private void arp(ByteBuffer frame, int at) {
    frame.putShort(at + 6, (short) any(1, 2));
    frame.putInt(at + 14, any(ADDRESSES));
    frame.putInt(at + 24, any(ADDRESSES));
  }

  private void llc(ByteBuffer frame, int at) {
    int point = any(0x42, 0xaa, 0xe0, 0xf0, 0xfe, 0xff);
    frame.put(at, (byte) point).put(at + 1, (byte) any(point, point, 0));
    if (point == 0xaa) {
      frame.put(at + 2, (byte) 3);
      frame.put(at + 3, (byte) any(0, 8)).put(at + 4, (byte) 0).put(at + 5, (byte) any(0, 7));
      frame.putShort(at + 6, (short) any(0x8137, 0x809b, 0x80f3));
    }
  }

  private void ports(ByteBuffer frame, int at) {
    if (at + 14 <= frame.capacity()) {
      frame.putShort(at, (short) any(PORTS));
      frame.putShort(at + 2, (short) any(PORTS));
      frame.put(at + 13, (byte) random.nextInt(64));
    }
  }

  private int any(int... values) {
    return values[random.nextInt(values.length)];
  }

  private long any(long... values) {
    return values[random.nextInt(values.length)];
  }
}

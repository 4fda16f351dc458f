package io.midplane.packet.link;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;

/** How frames get from the kernel: at once, or in blocks at the least cost. */
public sealed interface RxMode {

  /** Delivers a lone frame at once (TPACKET_V2). What most agents want, and the default. */
  static RxMode immediate() {
    return new Immediate(0);
  }

  /**
   * The same with slots of that many bytes. Large ones see frames whole that the kernel joined to
   * more than the MTU (GRO), up to 64 KiB and some.
   *
   * @param slotBytes a power of two from 2 KiB to 256 KiB
   */
  static RxMode immediate(int slotBytes) {
    if (Integer.bitCount(slotBytes) != 1 || slotBytes < 2048 || slotBytes > 1 << 18) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "slot bytes: " + slotBytes + " (expected: a power of two from 2048 to 262144)");
    }
    return new Immediate(slotBytes);
  }

  /** Bulk with blocks handed over after 10 ms at the latest. */
  static RxMode bulk() {
    return bulk(Duration.ofMillis(10));
  }

  /**
   * Delivers blocks of 256 KiB, when full or after that time (TPACKET_V3): the cheapest way, for
   * capture files and counters. A lone frame is late by up to twice that time, and an idle port
   * costs a timer.
   */
  static RxMode bulk(Duration retire) {
    long millis = retire.toMillis();
    if (millis < 1 || millis > 1000) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "retire time: " + retire + " (expected: 1 ms to 1 s)");
    }
    return new Bulk((int) millis);
  }

  /**
   * At once.
   *
   * @param slotBytes room for a frame and its header; 0 to fit the MTU
   */
  record Immediate(int slotBytes) implements RxMode {}

  /**
   * In blocks.
   *
   * @param retireMillis after which a block is handed over that is not full
   */
  record Bulk(int retireMillis) implements RxMode {}
}

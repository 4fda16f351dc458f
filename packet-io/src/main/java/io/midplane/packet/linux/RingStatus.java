package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.midplane.packet.frame.FrameMeta;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** The word that says whose a slot or block is, and the bits the kernel sets beside. */
final class RingStatus {
  static final int KERNEL = 0;
  static final int USER = 1;
  static final int LOSING = 4;
  static final int CSUM_NOT_READY = 8;
  static final int VLAN_VALID = 0x10;
  static final int VLAN_TPID_VALID = 0x40;

  private static final VarHandle WORD = JAVA_INT.varHandle().withInvokeExactBehavior();

  private RingStatus() {}

  /** Reads it; what the kernel wrote before it is visible then. */
  static int read(MemorySegment ring, long offset) {
    return (int) WORD.getAcquire(ring, offset);
  }

  /** Gives a slot or block back, after all that was read from it. */
  static void giveBack(MemorySegment ring, long offset) {
    WORD.setRelease(ring, offset, KERNEL);
  }

  /** As flags of {@link FrameMeta}. */
  static int flags(int status, int captured, int original) {
    return (captured < original ? FrameMeta.TRUNCATED : 0)
        | ((status & CSUM_NOT_READY) != 0 ? FrameMeta.CSUM_NOT_READY : 0)
        | ((status & LOSING) != 0 ? FrameMeta.LOSING : 0);
  }
}

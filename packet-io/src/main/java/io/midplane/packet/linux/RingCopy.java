package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Copies the bytes of frames out of a ring: short ones word by word, without a call. */
final class RingCopy {
  private static final int WORD = 8;

  /** What is longer is copied faster by the stub of the JVM. */
  private static final int SHORT = 128;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder())
          .withInvokeExactBehavior();

  private RingCopy() {}

  static void copy(MemorySegment ring, long from, byte[] into, int position, int length) {
    if (length < WORD || length > SHORT) {
      MemorySegment.copy(ring, JAVA_BYTE, from, into, position, length);
      return;
    }
    int last = length - WORD;
    for (int i = 0; i < last; i += WORD) {
      LONGS.set(into, position + i, ring.get(LONG, from + i));
    }
    LONGS.set(into, position + last, ring.get(LONG, from + last)); // may overlap the one before
  }
}

package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Bytes of frames out of a ring. */
class RingCopyTest {

  @Test
  @DisplayName("5: bytes of every length are copied, none beside them, also at the ring's end")
  void shouldCopyEveryLength() {
    byte[] source = new byte[300];
    new Random(5).nextBytes(source);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ring = arena.allocate(source.length);
      MemorySegment.copy(source, 0, ring, JAVA_BYTE, 0, source.length);
      for (int length = 0; length <= 290; length++) {
        int from = source.length - length;
        byte[] expected = new byte[source.length];
        System.arraycopy(source, from, expected, 3, length);
        byte[] copied = new byte[source.length];

        RingCopy.copy(ring, from, copied, 3, length);

        assertThat(copied).as(length + " bytes").isEqualTo(expected);
      }
    }
  }
}

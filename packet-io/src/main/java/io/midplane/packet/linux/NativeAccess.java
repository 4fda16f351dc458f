package io.midplane.packet.linux;

import java.lang.foreign.MemorySegment;

/** Asks whether the JVM lets this module call the C library, before anything relies on it. */
final class NativeAccess {
  private NativeAccess() {}

  /**
   * Passes if it does.
   *
   * @throws io.midplane.packet.frame.PacketIoException NATIVE_ACCESS_DENIED with the flag that is
   *     missing
   */
  static void require() {
    try {
      var unused = MemorySegment.NULL.reinterpret(0);
    } catch (IllegalCallerException e) {
      throw Failures.nativeAccess(e);
    }
  }
}

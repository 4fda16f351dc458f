package io.midplane.packet.linux;

import io.midplane.packet.frame.BatchBuilder;

/** Memory shared with the kernel, in which frames lie. For the thread that mapped it. */
sealed interface Ring permits SlotRing, BlockRing {

  /**
   * Moves what there is into a batch and gives the room back to the kernel.
   *
   * @param mostFrames where to stop at the latest, if the ring can stop within a block
   * @return how many frames were moved
   */
  int drain(BatchBuilder into, int mostFrames);

  /** Whether one of the frames moved last told that others were dropped. */
  boolean isLosing();

  /** Gives the memory back; nothing may be called after this. */
  void unmap();
}

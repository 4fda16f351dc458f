package io.midplane.packet.frame;

/** Looks at each frame of a batch; see {@link FrameBatch#forEach}. */
@FunctionalInterface
public interface FrameVisitor {

  /**
   * One frame.
   *
   * @param batch whose frame it is
   * @param index its number in the batch
   */
  void visit(FrameBatch batch, int index);
}

package io.midplane.node;

import io.midplane.packet.frame.Frame;

/** What becomes of captured frames. For one thread. */
interface FrameTaker {

  /** A frame. */
  void take(Frame frame);

  /** No frame comes for now: what was taken is to be seen. False if nobody wants more. */
  boolean rest();
}

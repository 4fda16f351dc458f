package io.midplane.packet;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.Link;
import java.util.Optional;

/**
 * What threads take from the queue of a port: nothing if nothing comes in time, CLOSED once the
 * port is closed and all is taken.
 */
record Reception(Link link, Waits waits, FrameQueue queue) {

  Optional<Frame> frame(long nanos) throws InterruptedException {
    Frame frame = queue.take(nanos);
    if (frame == null) {
      requireOpen();
    }
    return Optional.ofNullable(frame);
  }

  Optional<FrameBatch> batch(long nanos) throws InterruptedException {
    FrameBatch batch = queue.takeBatch(nanos);
    if (batch == null) {
      requireOpen();
    }
    return Optional.ofNullable(batch);
  }

  private void requireOpen() {
    if (queue.isEnded() && queue.isEmpty()) {
      throw new MidplaneException(
          ErrorCode.CLOSED, "port " + link.address() + " is closed; open it anew");
    }
  }

  /** Until none comes for that time, or the port is closed. */
  Iterable<Frame> frames(long nanos) {
    return () -> new FrameIterator(waits, queue, nanos);
  }
}

package io.midplane.packet;

import io.midplane.packet.frame.Frame;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Frames of a queue until none comes for a while. For one thread. */
final class FrameIterator implements Iterator<Frame> {
  private final Waits waits;
  private final FrameQueue queue;
  private final long nanos;
  private @Nullable Frame next;

  FrameIterator(Waits waits, FrameQueue queue, long nanos) {
    this.waits = waits;
    this.queue = queue;
    this.nanos = nanos;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      waits.check("next frame", "receiveAsync()");
      next =
          Waits.interruptibly("next frame", () -> Optional.ofNullable(queue.take(nanos)))
              .orElse(null);
    }
    return next != null;
  }

  @Override
  public Frame next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("no frame came in time");
    }
    Frame taken = next;
    next = null;
    return taken;
  }
}

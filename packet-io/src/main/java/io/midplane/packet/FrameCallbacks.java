package io.midplane.packet;

import io.midplane.packet.frame.FrameBatch;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back for batches, one at a time, on a virtual thread that is there while there are some.
 */
final class FrameCallbacks {
  private static final Logger LOG = LoggerFactory.getLogger(FrameCallbacks.class);

  private final Consumer<? super FrameBatch> callback;
  private final FrameQueue queue = new FrameQueue(this::news);
  private final AtomicInteger unseen = new AtomicInteger();

  FrameCallbacks(Consumer<? super FrameBatch> callback) {
    this.callback = callback;
  }

  FrameQueue queue() {
    return queue;
  }

  private void news() {
    if (unseen.getAndIncrement() == 0) {
      var unused = Thread.ofVirtual().name("packet-callback").start(this::run);
    }
  }

  private void run() {
    int seen = 1;
    do {
      callAll();
      seen = unseen.addAndGet(-seen);
    } while (seen != 0);
  }

  private void callAll() {
    for (var batch = next(); batch.isPresent(); batch = next()) {
      try {
        callback.accept(batch.get());
      } catch (RuntimeException e) {
        LOG.warn("PKT-0104 a callback failed for a batch of {}", batch.get().size(), e);
      }
    }
  }

  private Optional<FrameBatch> next() {
    return Waits.interruptibly("callback", () -> Optional.ofNullable(queue.takeBatch(0)));
  }
}

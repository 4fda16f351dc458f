package io.midplane.gateways.worker;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A thread that runs what others give it. */
final class MainThread {
  private final BlockingQueue<Optional<Runnable>> work = new LinkedBlockingQueue<>();

  /** Has it run something. */
  void run(Runnable task) {
    work.add(Optional.of(task));
  }

  /** Nothing more comes. */
  void end() {
    work.add(Optional.empty());
  }

  /** Runs on the calling thread what comes, until the end. Blocks: yes. */
  void serve() {
    boolean interrupted = false;
    while (true) {
      try {
        Optional<Runnable> next = work.take();
        if (next.isEmpty()) {
          break;
        }
        next.get().run();
      } catch (InterruptedException late) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

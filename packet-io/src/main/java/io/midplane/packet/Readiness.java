package io.midplane.packet;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/** Wakes those who wait for any of several things. Thread-safe. */
final class Readiness {
  private final List<Semaphore> waiting = new CopyOnWriteArrayList<>();

  /** Something may be ready. */
  void changed() {
    if (!waiting.isEmpty()) {
      waiting.forEach(Semaphore::release);
    }
  }

  /** Waits until some are ready, and returns those. */
  static <T> List<T> await(
      Collection<T> things,
      Function<? super T, Readiness> readiness,
      Predicate<? super T> ready,
      long nanos)
      throws InterruptedException {
    var signal = new Semaphore(0);
    long deadline = System.nanoTime() + nanos;
    things.forEach(thing -> readiness.apply(thing).waiting.add(signal));
    try {
      while (true) {
        List<T> found = things.stream().filter(ready).toList();
        long left = deadline - System.nanoTime();
        if (!found.isEmpty() || left <= 0) {
          return found;
        }
        boolean unused = signal.tryAcquire(left, TimeUnit.NANOSECONDS);
      }
    } finally {
      things.forEach(thing -> readiness.apply(thing).waiting.remove(signal));
    }
  }
}

package io.midplane.xenstore;

import io.midplane.calls.Turn;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A line in memory whose items are deliveries; whoever has the turn carries them out. */
final class StressLine implements Turn.Reading {
  private static final Runnable WAKE_UP = () -> {};

  private final LinkedBlockingQueue<Runnable> items = new LinkedBlockingQueue<>();

  void put(Runnable delivery) {
    items.add(delivery);
  }

  @Override
  public boolean read(long nanos) {
    try {
      @Nullable Runnable item = items.poll(nanos, TimeUnit.NANOSECONDS);
      if (item != null) {
        item.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  @Override
  public void wakeUp() {
    items.add(WAKE_UP);
  }
}

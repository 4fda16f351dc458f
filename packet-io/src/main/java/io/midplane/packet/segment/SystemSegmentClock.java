package io.midplane.packet.segment;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The time of the machine. Its thread is there once something was delayed, and ends when idle. */
final class SystemSegmentClock implements SegmentClock {
  private static final long IDLE_MILLIS = 100;

  private @Nullable ScheduledThreadPoolExecutor timer;

  @Override
  public long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public synchronized void after(Duration delay, Runnable task) {
    ScheduledThreadPoolExecutor running = timer;
    if (running == null) {
      running =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("segment").factory());
      running.setKeepAliveTime(IDLE_MILLIS, TimeUnit.MILLISECONDS);
      running.allowCoreThreadTimeOut(true);
      timer = running;
    }
    var unused = running.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }
}

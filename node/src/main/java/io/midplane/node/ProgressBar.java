package io.midplane.node;

import io.midplane.gateways.rsync.RsyncEvent;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One line at the foot of a terminal that says how far the files of all targets together have come.
 * It is drawn again a few times a second at most, and wiped in the end. Thread-safe.
 */
final class ProgressBar implements AutoCloseable {
  private static final int CELLS = 30;
  private static final long PAUSE_NANOS = 100_000_000;
  private static final String WIPE = "\r\033[K";

  private final PrintStream terminal;
  private final int targets;
  private final ReentrantLock lock = new ReentrantLock();
  private int listed;
  private int asked;
  private int taken;
  private long bytes;
  private long drawn = System.nanoTime() - PAUSE_NANOS;

  /**
   * A bar that is not drawn yet.
   *
   * @param targets how many there are: how much there is to do is known once all of them have said
   */
  ProgressBar(PrintStream terminal, int targets) {
    this.terminal = terminal;
    this.targets = targets;
  }

  void show(RsyncEvent event) {
    lock.lock();
    try {
      switch (event) {
        case RsyncEvent.Listed(var target, int files, long size) -> {
          listed++;
          asked += files;
        }
        case RsyncEvent.Sent(var target, var path, long size) -> bytes += size;
        case RsyncEvent.Acknowledged unused -> taken++;
        case RsyncEvent.Done unused -> {}
      }
      long now = System.nanoTime();
      if (now - drawn >= PAUSE_NANOS) {
        drawn = now;
        draw();
      }
    } finally {
      lock.unlock();
    }
  }

  private void draw() {
    StringBuilder line = new StringBuilder(WIPE);
    if (listed == targets && asked > 0) {
      int full = (int) Math.min(CELLS, (long) CELLS * taken / asked);
      line.append('[').append("#".repeat(full)).append(" ".repeat(CELLS - full)).append("] ");
      line.append(100L * Math.min(taken, asked) / asked).append(" %  ");
      line.append(taken).append(" of ").append(Texts.count(asked, "file")).append(", ");
    } else {
      line.append(Texts.count(taken, "file")).append(", ");
    }
    line.append(String.format(Locale.ROOT, "%.1f MB", bytes / 1e6));
    terminal.print(line);
    terminal.flush();
  }

  /** Leaves the line empty. */
  @Override
  public void close() {
    lock.lock();
    try {
      terminal.print(WIPE);
      terminal.flush();
    } finally {
      lock.unlock();
    }
  }
}

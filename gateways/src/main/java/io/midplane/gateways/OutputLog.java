package io.midplane.gateways;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Takes what a worker writes to standard error, line by line, and keeps the last of it. */
final class OutputLog {
  private static final int KEPT = 20;
  private static final int LONGEST_LINE = 4096;

  private final Consumer<String> listener;
  private final Deque<String> last = new ArrayDeque<>();
  private final Thread reader;

  private OutputLog(String name, InputStream in, Consumer<String> listener) {
    this.listener = listener;
    this.reader = Thread.ofVirtual().name(name + "-output").unstarted(() -> read(in));
  }

  /** Begins to take. Each line goes to the listener, on a thread of its own. */
  static OutputLog of(String name, InputStream in, Consumer<String> listener) {
    OutputLog log = new OutputLog(name, in, listener);
    log.reader.start();
    return log;
  }

  /** The last lines, the oldest first. */
  synchronized List<String> lastLines() {
    return List.copyOf(last);
  }

  /** Waits until all was taken, so long at most. */
  void await(Duration timeout) throws InterruptedException {
    var unused = reader.join(timeout);
  }

  private void read(InputStream in) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int next = lines.read(); next >= 0; next = lines.read()) {
        boolean ends = next == '\n';
        if (!ends) {
          line.append((char) next);
        }
        if (ends || line.length() == LONGEST_LINE) {
          take(line.toString());
          line.setLength(0);
        }
      }
      if (!line.isEmpty()) {
        take(line.toString());
      }
    } catch (IOException gone) {
      // Its process was killed, and with it this stream.
    }
  }

  private void take(String line) {
    synchronized (this) {
      if (last.size() == KEPT) {
        last.removeFirst();
      }
      last.addLast(line);
    }
    listener.accept(line);
  }
}

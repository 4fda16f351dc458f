package io.midplane.gateways.worker;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Standard output or error of a process that serves gateways. What a task prints, or a thread that
 * it started, goes line by line to the gateway that it runs for, if that wants it; all else, that
 * of pools of threads included, goes where it went before.
 */
public final class TaskOutput extends OutputStream {
  private static final ThreadLocal<@Nullable Lines> CURRENT = new InheritableThreadLocal<>();
  private static final int LONGEST_LINE = 4096;

  private final PrintStream otherwise;

  private TaskOutput(PrintStream otherwise) {
    this.otherwise = otherwise;
  }

  /** Takes the place of {@code System.out} and {@code System.err}, for good. */
  public static void install() {
    System.setOut(over(System.out));
    System.setErr(over(System.err));
  }

  private static PrintStream over(PrintStream stream) {
    return new PrintStream(new TaskOutput(stream), true, StandardCharsets.UTF_8);
  }

  /** The calling thread begins a task; close the result at its end. */
  static Lines begin(LineQueue to) {
    Lines lines = new Lines(to);
    CURRENT.set(lines);
    return lines;
  }

  @Override
  public void write(int single) {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    Lines lines = CURRENT.get();
    if (lines == null || !lines.take(bytes, offset, length)) {
      otherwise.write(bytes, offset, length);
    }
  }

  @Override
  public void flush() {
    otherwise.flush();
  }

  /** What one task prints. */
  static final class Lines implements AutoCloseable {
    private final LineQueue to;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean over;

    private Lines(LineQueue to) {
      this.to = to;
    }

    /** False if the task is over. */
    private synchronized boolean take(byte[] bytes, int offset, int length) {
      for (int i = offset; i < offset + length && !over; i++) {
        if (bytes[i] != '\n') {
          line.write(bytes[i]);
        }
        if (bytes[i] == '\n' || line.size() == LONGEST_LINE) {
          end();
        }
      }
      return !over;
    }

    private void end() {
      to.add(line.toString(StandardCharsets.UTF_8));
      line.reset();
    }

    @Override
    public synchronized void close() {
      if (line.size() > 0) {
        end();
      }
      over = true;
      CURRENT.remove();
    }
  }
}

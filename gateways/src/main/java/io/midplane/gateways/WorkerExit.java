package io.midplane.gateways;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a far end went, as far as this side can know.
 *
 * @param status the exit status of its process; null if it is not known, or the process lives
 * @param signal the signal that killed it, {@code SIGKILL} for example; null if none did
 * @param lastLines what it wrote last to standard error
 */
public record WorkerExit(
    @Nullable Integer status, @Nullable String signal, List<String> lastLines) {
  private static final int SIGNALLED = 128;
  private static final String[] SIGNALS = {
    "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE",
    "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM"
  };

  static WorkerExit unknown(List<String> lastLines) {
    return new WorkerExit(null, null, lastLines);
  }

  /** Of the status that the JDK gives: 128 and the signal for a process that was killed. */
  static WorkerExit of(int status, List<String> lastLines) {
    int signal = status - SIGNALLED;
    boolean killed = signal > 0 && signal < SIGNALS.length;
    return new WorkerExit(status, killed ? SIGNALS[signal] : null, lastLines);
  }

  /** For messages. */
  String describe() {
    StringBuilder text = new StringBuilder();
    if (signal != null) {
      text.append("worker was killed by ").append(signal);
    } else if (status != null) {
      text.append("worker exited with ").append(status);
    } else {
      text.append("connection to the worker ended");
    }
    return text.toString();
  }

  /** The last lines, for messages; empty if there are none. */
  String tail() {
    return lastLines.isEmpty() ? "" : "; stderr: \"" + String.join("\\n", lastLines) + "\"";
  }
}

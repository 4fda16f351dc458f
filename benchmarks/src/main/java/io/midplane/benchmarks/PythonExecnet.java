package io.midplane.benchmarks;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.List;

/**
 * Python's own execnet in a process beside. It runs a script that defines {@code work(operations)},
 * and works when it is told to. For one thread at a time.
 */
final class PythonExecnet implements AutoCloseable {
  /** How a measurement names it. */
  static final String NAME = "Python execnet";

  private static final String PYTHON = "/usr/bin/python3";

  private static final String LOOP =
      """

      import sys
      print("ready", flush=True)
      for line in sys.stdin:
          print(work(int(line)), flush=True)
      """;

  private final Process process;
  private final BufferedReader in;
  private final BufferedWriter out;

  private PythonExecnet(Process process) {
    this.process = process;
    this.in = process.inputReader();
    this.out = process.outputWriter();
  }

  /** Starts it. Blocks: until the script's definitions are made. */
  static PythonExecnet start(String script) throws IOException {
    PythonExecnet python =
        new PythonExecnet(
            new ProcessBuilder(List.of(PYTHON, "-c", script + LOOP))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    if (!"ready".equals(python.in.readLine())) {
      python.close();
      throw new MidplaneException(
          ErrorCode.NOT_FOUND,
          PYTHON + ": did not start with execnet; install the package python3-execnet");
    }
    return python;
  }

  /** Its process, for those who look at it. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Works so often. Blocks: yes. */
  String work(int operations) throws IOException {
    out.write(operations + "\n");
    out.flush();
    String answer = in.readLine();
    if (answer == null) {
      throw new IOException(PYTHON + ": ended");
    }
    return answer;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

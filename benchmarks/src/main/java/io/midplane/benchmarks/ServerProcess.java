package io.midplane.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that serves and says so with a line {@code ready …}. */
final class ServerProcess implements AutoCloseable {
  private static final int STOP_SECONDS = 10;

  private final Process process;
  private final String ready;
  private final double startMillis;

  private ServerProcess(Process process, String ready, double startMillis) {
    this.process = process;
    this.ready = ready;
    this.startMillis = startMillis;
  }

  /**
   * Starts it and waits until it serves.
   *
   * @param log where its standard error goes
   */
  static ServerProcess start(List<String> command, Path log) throws IOException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(Redirect.appendTo(log.toFile())).start();
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    while (line != null && !line.startsWith("ready")) {
      line = output.readLine();
    }
    double millis = Unit.MILLISECONDS.of(System.nanoTime() - start);
    ServerProcess server = new ServerProcess(process, line == null ? "" : line, millis);
    if (line == null) {
      server.close();
      throw new IOException(
          "server: ended before it was ready: %s; see %s".formatted(command, log));
    }
    return server;
  }

  /** What it said when it served, behind {@code ready}. */
  String address() {
    return ready.substring(ready.indexOf(' ') + 1);
  }

  /** From its start until it served. */
  double startMillis() {
    return startMillis;
  }

  /** Asks it to stop, and kills it if it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

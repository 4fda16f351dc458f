package io.midplane.examples.demo;

import io.midplane.examples.fdb.FdbAgent;
import io.midplane.examples.vlan.VlanAgent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The demo's node, in a process of its own; killed when the demo ends, however it ends. */
final class DemoNode implements AutoCloseable {

  private static final int DEADLINE_SECONDS = 20;

  private final Path data;
  private final Path log;
  private final Thread killAtExit = new Thread(this::kill, "demo-node-killer");
  private volatile @Nullable Process process;

  DemoNode(Path folder) {
    this.data = folder.resolve("data");
    this.log = folder.resolve("node.log");
    Runtime.getRuntime().addShutdownHook(killAtExit);
  }

  Path data() {
    return data;
  }

  /**
   * Starts the node and waits for its word that it accepts; the word's second half, its address.
   */
  String start() throws IOException, InterruptedException, DemoFailedException {
    Process started =
        MidplaneProgram.with(
                "node",
                "start",
                "--data",
                data.toString(),
                "--agent",
                VlanAgent.class.getName(),
                "--agent",
                FdbAgent.class.getName())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process = started;
    CompletableFuture<@Nullable String> ready = new CompletableFuture<>();
    Thread.startVirtualThread(() -> awaitReady(started, ready));
    try {
      String address = ready.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      if (address != null) {
        return address;
      }
    } catch (TimeoutException | ExecutionException late) {
      kill();
    }
    throw new DemoFailedException("the node did not start:\n" + Files.readString(log));
  }

  long pid() {
    Process running = process;
    return running == null ? -1 : running.pid();
  }

  /** SIGKILL, and waits until the process is gone. */
  void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for the node to end by itself; its exit status. */
  int awaitEnd() throws InterruptedException, DemoFailedException {
    Process running = process;
    if (running == null || !running.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new DemoFailedException("the node is still running");
    }
    return running.exitValue();
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(killAtExit);
  }

  /** Reads the node's output to its end, so that it never waits for a reader. */
  private static void awaitReady(Process node, CompletableFuture<@Nullable String> ready) {
    try (BufferedReader lines = node.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("ready ")) {
          ready.complete(line.substring("ready ".length()));
        }
      }
      ready.complete(null);
    } catch (IOException closed) {
      ready.complete(null);
    }
  }
}

package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that this JVM started, its two streams the gateway's. It leads a session of its own
 * where the system can do that, so that what it starts can be found and ended even if it died
 * before.
 */
final class ProcessEndpoint implements Endpoint {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final Executor ON_A_THREAD = task -> Thread.ofVirtual().start(task);
  private static final Duration SHORTLY = Duration.ofSeconds(1);
  private static final Duration LAST_OUTPUT = Duration.ofMillis(200);

  private final Process process;
  private final boolean leadsSession;
  private final OutputLog output;
  private final CompletableFuture<@Nullable Void> groupEnded;
  private final Set<ProcessHandle> family = ConcurrentHashMap.newKeySet();

  private ProcessEndpoint(Process process, boolean leadsSession, OutputLog output) {
    this.process = process;
    this.leadsSession = leadsSession;
    this.output = output;
    this.groupEnded =
        leadsSession
            ? CompletableFuture.runAsync(this::endGroup, ON_A_THREAD)
            : CompletableFuture.completedFuture(null);
  }

  /**
   * Starts a program.
   *
   * @param session whether to give it a session of its own; a program that asks for a password at
   *     the terminal must not have one
   * @throws MidplaneException NOT_FOUND if it cannot be started
   */
  static ProcessEndpoint start(
      String name,
      List<String> arguments,
      Map<String, String> environment,
      boolean session,
      Consumer<String> onOutput) {
    boolean own = session && Files.isExecutable(SETSID);
    List<String> command = new ArrayList<>(arguments);
    if (own) {
      command.addFirst(SETSID.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      OutputLog output = OutputLog.of(name, process.getErrorStream(), onOutput);
      return new ProcessEndpoint(process, own, output);
    } catch (IOException notStarted) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND,
          name + ": " + notStarted.getMessage() + "; check the spec and PATH",
          notStarted);
    }
  }

  @Override
  public InputStream in() {
    return process.getInputStream();
  }

  @Override
  public OutputStream out() {
    return process.getOutputStream();
  }

  @Override
  public void closeOutput() throws IOException {
    process.descendants().forEach(family::add);
    process.getOutputStream().close();
  }

  @Override
  public boolean awaitExit(Duration timeout) throws InterruptedException {
    return process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void kill() {
    process.descendants().forEach(family::add);
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
    if (leadsSession && process.isAlive()) {
      killGroup(process.pid());
    }
  }

  @Override
  public WorkerExit exit() {
    if (process.isAlive()) {
      return WorkerExit.unknown(output.lastLines());
    }
    try {
      output.await(LAST_OUTPUT);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return WorkerExit.of(process.exitValue(), output.lastLines());
  }

  /** The process, for those who look at it. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void release() {
    family.forEach(ProcessHandle::destroyForcibly);
    if (!process.isAlive()) {
      var unused = groupEnded.completeOnTimeout(null, SHORTLY.toMillis(), TimeUnit.MILLISECONDS);
      groupEnded.join();
    }
    close(process.getInputStream());
    close(process.getOutputStream());
    close(process.getErrorStream());
  }

  private static void close(AutoCloseable stream) {
    try {
      stream.close();
    } catch (Exception gone) {
      // The process is, and what it did not take is of no use any more.
    }
  }

  /**
   * Ends what the process started, once it has ended. Not by way of {@link Process#onExit}: before
   * that tells anybody, it may wait for the end of the process's streams, which one of its children
   * may hold open.
   */
  private void endGroup() {
    try {
      int unused = process.waitFor();
      killGroup(process.pid());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The JDK knows no process groups. Called when the leader ends, while its number is its own. */
  private static void killGroup(long leader) {
    try {
      var unused =
          new ProcessBuilder("kill", "-KILL", "--", "-" + leader)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor(SHORTLY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException noSuchProgram) {
      // Then the descendants that were seen are all that can be ended.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.midplane.gateways;

import io.midplane.gateways.wire.Frame;
import io.midplane.gateways.wire.FrameCode;
import io.midplane.gateways.wire.FrameWriter;
import io.midplane.gateways.worker.ExecutionModel;
import io.midplane.gateways.worker.Greeting;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's cache of loaded and linked classes for the worker's jar: made once by a worker that
 * does a little and ends, beside the jar, by one JVM at a time. Never needed.
 */
final class StartUpCache {
  private static final int FIRST_JAVA = 25;
  private static final Duration MOST = Duration.ofMinutes(1);

  private final Path jar;
  private final Path file;
  private boolean begun;

  StartUpCache(Path jar) {
    this.jar = jar;
    this.file =
        jar.resolveSibling(
            jar.getFileName() + "-" + Runtime.version().toString().replace('+', '_') + ".aot");
  }

  /** Options of a JVM that is to use it; none while there is none. */
  synchronized List<String> options() {
    if (Runtime.version().feature() < FIRST_JAVA) {
      return List.of();
    }
    if (Files.isRegularFile(file)) {
      return List.of("-XX:AOTCache=" + file);
    }
    if (!begun) {
      begun = true;
      Thread.ofVirtual().name("gateway-start-up-cache").start(this::make);
    }
    return List.of();
  }

  private void make() {
    Path mark = file.resolveSibling(file.getFileName() + ".lock");
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
            FileChannel.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null && !Files.exists(file)) {
        makeAlone(fresh);
      }
    } catch (IOException | OverlappingFileLockException notMade) {
      // The next start is as slow as this one.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void makeAlone(Path fresh) throws IOException, InterruptedException {
    try {
      if (train(fresh)) {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      delete(fresh);
    }
  }

  private boolean train(Path fresh) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Launches.JVM);
    command.addAll(List.of("-XX:AOTCacheOutput=" + fresh, "-jar", jar.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(new Greeting("training", ExecutionModel.THREAD, true).line());
      FrameWriter frames = new FrameWriter(in);
      frames.write(Frame.of(FrameCode.STATUS, 1));
      frames.write(Frame.of(FrameCode.GATEWAY_TERMINATE, 0));
      var unused = frames.awaitWritten(MOST);
    }
    boolean ended = process.waitFor(MOST.toSeconds(), TimeUnit.SECONDS);
    process.destroyForcibly();
    return ended && process.exitValue() == 0 && Files.isRegularFile(fresh);
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException stays) {
      // It is small, and the next one replaces it.
    }
  }
}

package io.midplane.gateways;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.ExecutionModel;
import io.midplane.gateways.worker.Greeting;
import io.midplane.gateways.worker.SourceCache;
import java.io.IOException;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's cache of loaded and linked classes for the worker's jar: made once by a worker that
 * does a little and ends, beside the jar, by one JVM at a time. Never needed.
 */
final class StartUpCache {
  private static final int FIRST_JAVA = 25;
  private static final Duration MOST = Duration.ofMinutes(1);
  private static final String NAME = "start-up-cache";

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
    } catch (IOException | OverlappingFileLockException | MidplaneException notMade) {
      // The next start is as slow as this one.
    }
  }

  private void makeAlone(Path fresh) throws IOException {
    try {
      if (train(fresh)) {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      delete(fresh);
    }
  }

  /** What most workers do: a class comes and runs, and an item goes there and back. */
  private boolean train(Path fresh) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Launches.JVM);
    command.addAll(List.of("-XX:AOTCacheOutput=" + fresh, "-jar", jar.toString()));
    ProcessEndpoint worker = ProcessEndpoint.start(NAME, command, Map.of(), true, unheard -> {});
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    var unused =
        over.completeOnTimeout(false, MOST.toSeconds(), TimeUnit.SECONDS)
            .thenAccept(inTime -> {
              if (!inTime) {
                worker.kill();
              }
            });
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      boolean ended = worksAndEnds(worker, executor);
      return ended && Files.isRegularFile(fresh);
    } finally {
      over.complete(true);
      worker.kill();
      worker.release();
    }
  }

  private static boolean worksAndEnds(ProcessEndpoint worker, ExecutorService executor)
      throws IOException {
    String model = ExecutionModel.THREAD.word();
    worker.out().write(new Greeting(NAME, ExecutionModel.THREAD, true).line());
    worker.out().flush();
    if (worker.in().read() != Greeting.ANSWER) {
      return false;
    }
    Gateway gateway =
        new Gateway(
            NAME,
            XSpec.parse("popen"),
            model,
            FarSide.JAVA,
            GroupSettings.defaults(),
            worker,
            executor,
            new Shipping(SourceCache.forThisJava(), false));
    gateway.start(() -> {});
    Channel channel = gateway.remoteExec(StartUpTask::echo);
    channel.send(1);
    Object unused = channel.receive(MOST);
    return gateway.end(MOST).outcome() == MemberEnd.Outcome.ENDED;
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException stays) {
      // It is small, and the next one replaces it.
    }
  }
}

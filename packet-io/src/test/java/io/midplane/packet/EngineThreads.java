package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** What the threads of ports use and do. */
final class EngineThreads {
  private static final Path PROCESS = Path.of("/proc/self");
  private static final Pattern SLEEPS = Pattern.compile("(?m)^State:\\s+S");
  private static final Pattern SWITCHES = Pattern.compile("ctxt_switches:\\s+(\\d+)");

  private EngineThreads() {}

  /** What the process holds because of ports. */
  record Held(long packetFiles, long mappings, long threads) {}

  static Held held() {
    try (Stream<Path> files = Files.list(PROCESS.resolve("fd"))) {
      long open = files.filter(EngineThreads::isOfPorts).count();
      long mappings =
          Files.readAllLines(PROCESS.resolve("maps")).stream()
              .filter(line -> line.contains("socket:"))
              .count();
      return new Held(open, mappings, threads("packet-vb"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOfPorts(Path file) {
    try {
      String target = Files.readSymbolicLink(file).toString();
      return target.startsWith("socket:") || target.contains("eventfd");
    } catch (IOException e) {
      return false; // it was closed meanwhile
    }
  }

  static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  /** A thread as the kernel counts it: whether it sleeps, and how often it stopped running. */
  private record Seen(boolean sleeps, long switches) {}

  private static Map<String, Seen> seen(String name) {
    try (Stream<Path> tasks = Files.list(PROCESS.resolve("task"))) {
      return tasks
          .filter(task -> read(task.resolve("comm")).strip().equals(name))
          .collect(
              Collectors.toMap(
                  task -> task.getFileName().toString(),
                  task -> {
                    String status = read(task.resolve("status"));
                    return new Seen(
                        SLEEPS.matcher(status).find(),
                        SWITCHES
                            .matcher(status)
                            .results()
                            .mapToLong(found -> Long.parseLong(found.group(1)))
                            .sum());
                  }));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return ""; // the thread has ended meanwhile
    }
  }

  /**
   * Waits until the threads of that name have not run for a second: they slept at its beginning and
   * at its end, and did not go to sleep in between. One that spins, or wakes up by a timer of less
   * than a second, never gets there.
   */
  static void awaitAsleep(String name) {
    var before = new AtomicReference<>(seen(name));
    assertThat(before.get()).isNotEmpty();
    Awaitility.await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(PortContract.LONG)
        .untilAsserted(() -> {
          Map<String, Seen> now = seen(name);
          assertThat(now).isEqualTo(before.getAndSet(now));
          assertThat(now.values()).allMatch(Seen::sleeps);
        });
  }
}

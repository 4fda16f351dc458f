package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** What the threads of ports use. */
final class EngineThreads {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Path PROCESS = Path.of("/proc/self");

  /** 2 % of a second of waiting. */
  private static final Duration SHARE = Duration.ofMillis(20);

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

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  private static long cpuNanos(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .mapToLong(thread -> Math.max(0, THREADS.getThreadCpuTime(thread.threadId())))
        .sum();
  }

  /** Waits a second and looks how much of it the threads of that name used. */
  static void assertIdle(String name) {
    assertThat(threads(name)).isPositive();
    long before = cpuNanos(name);
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    Awaitility.await().until(() -> System.nanoTime() > end);

    assertThat(Duration.ofNanos(cpuNanos(name) - before)).isLessThan(SHARE);
  }
}

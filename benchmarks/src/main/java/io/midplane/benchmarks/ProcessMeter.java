package io.midplane.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What threads of this process have used so far: CPU time in nanoseconds, and bytes that those of
 * Java allocated.
 */
record ProcessMeter(long cpuNanos, long allocatedBytes) {
  private static final Path TASKS = Path.of("/proc/self/task");

  /** Of all threads, those of the JVM included. */
  static ProcessMeter read() throws IOException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = threads.getTotalThreadAllocatedBytes();
    return new ProcessMeter(cpuOf(Set.of("")), allocated);
  }

  /** Of those that live and whose names begin in one of these ways, 15 characters at most. */
  static ProcessMeter read(Set<String> beginnings) throws IOException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] ids =
        Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
            .filter(info -> info != null && begins(info.getThreadName(), beginnings))
            .mapToLong(ThreadInfo::getThreadId)
            .toArray();
    long allocated = Arrays.stream(threads.getThreadAllocatedBytes(ids)).filter(n -> n > 0).sum();
    return new ProcessMeter(cpuOf(beginnings), allocated);
  }

  private static boolean begins(String name, Set<String> beginnings) {
    return beginnings.stream().anyMatch(name::startsWith);
  }

  private static long cpuOf(Set<String> beginnings) throws IOException {
    try (Stream<Path> tasks = Files.list(TASKS)) {
      return tasks.mapToLong(task -> cpuOf(task, beginnings)).sum();
    }
  }

  private static long cpuOf(Path task, Set<String> beginnings) {
    try {
      if (!begins(Files.readString(task.resolve("comm")), beginnings)) {
        return 0;
      }
      String text = Files.readString(task.resolve("schedstat"));
      return Long.parseLong(text, 0, text.indexOf(' '), 10);
    } catch (NoSuchFileException ended) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ProcessMeter minus(ProcessMeter earlier) {
    return new ProcessMeter(cpuNanos - earlier.cpuNanos, allocatedBytes - earlier.allocatedBytes);
  }
}

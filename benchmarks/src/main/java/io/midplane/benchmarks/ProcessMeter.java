package io.midplane.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process has used so far: CPU time of all its threads in nanoseconds, those of the JVM
 * included, and bytes that its Java threads allocated.
 */
record ProcessMeter(long cpuNanos, long allocatedBytes) {
  private static final Path TASKS = Path.of("/proc/self/task");

  static ProcessMeter read() throws IOException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = threads.getTotalThreadAllocatedBytes();
    try (Stream<Path> tasks = Files.list(TASKS)) {
      return new ProcessMeter(tasks.mapToLong(ProcessMeter::cpuOf).sum(), allocated);
    }
  }

  private static long cpuOf(Path task) {
    try {
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

package io.midplane.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A thread that was alive, platform or virtual, with the stack it had then.
 *
 * @param id its number in the JVM
 * @param name its name, which may be empty
 * @param virtual whether it is a virtual thread
 * @param state what it did, for example WAITING
 * @param stack its frames and locks, innermost first
 */
record LiveThread(long id, String name, boolean virtual, String state, List<String> stack) {

  /** The first line of a thread in the JVM's text dump. */
  private static final Pattern HEADER =
      Pattern.compile("#(?<id>\\d+) \"(?<name>.*)\"(?<virtual> virtual)? (?<state>[A-Z_]+) .*");

  private static final Set<String> GROUPS_OF_THE_JVM =
      Set.of("system", "InnocuousThreadGroup", "CarrierThreads");

  /** Threads that the JVM, the test engine or a library keeps for all. */
  private static final List<String> SHARED =
      List.of(
          "ForkJoinPool.commonPool-",
          "Read-Poller",
          "Write-Poller",
          "JFR ",
          "junit-",
          "surefire-",
          "logback-",
          "scala-execution-context-global");

  /** The frames of code that belongs to no test and no agent. */
  private static final List<String> PLUMBING = List.of("java.base/", "akka.", "scala.", "- ");

  /** All threads but those of the JVM itself. */
  static List<LiveThread> all() {
    Set<Long> threadsOfTheJvm = threadsOfTheJvm();
    return Arrays.stream(dump().split("\n\n"))
        .map(LiveThread::parse)
        .filter(Objects::nonNull)
        .filter(thread -> !threadsOfTheJvm.contains(thread.id()))
        .toList();
  }

  private static @Nullable LiveThread parse(String block) {
    List<String> lines = block.strip().lines().toList();
    Matcher header = HEADER.matcher(lines.isEmpty() ? "" : lines.getFirst());
    if (!header.matches()) {
      return null;
    }
    return new LiveThread(
        Long.parseLong(header.group("id")),
        header.group("name"),
        header.group("virtual") != null,
        header.group("state"),
        lines.stream().skip(1).map(String::strip).toList());
  }

  /** The only dump that has virtual threads goes to a file. */
  private static String dump() {
    try {
      Path folder = Files.createTempDirectory("midplane-threads");
      Path file = folder.resolve("dump");
      try {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return Files.readString(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<Long> threadsOfTheJvm() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] threads = new Thread[2 * root.activeCount() + 16];
    int count = root.enumerate(threads, true);
    return Arrays.stream(threads, 0, count)
        .filter(thread -> isInGroupOfTheJvm(thread))
        .map(Thread::threadId)
        .collect(Collectors.toSet());
  }

  private static boolean isInGroupOfTheJvm(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return group == null || GROUPS_OF_THE_JVM.contains(group.getName());
  }

  /** True if it is kept for the whole JVM, whoever needed it first. */
  boolean isShared() {
    return SHARED.stream().anyMatch(name::startsWith);
  }

  /** True if it runs or waits within nothing but the JDK's and the engine's own code. */
  boolean isIdle() {
    return stack.stream()
        .map(frame -> frame.startsWith("at ") ? frame.substring("at ".length()) : frame)
        .allMatch(frame -> PLUMBING.stream().anyMatch(frame::startsWith));
  }

  /** Name and state on one line. */
  String title() {
    return "\"%s\" %s%s".formatted(name, virtual ? "virtual " : "", state);
  }
}

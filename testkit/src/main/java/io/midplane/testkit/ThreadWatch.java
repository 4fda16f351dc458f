package io.midplane.testkit;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells the threads that were started since it was made. Immutable. */
final class ThreadWatch {

  private static final int FRAMES_SHOWN = 12;

  private final long tester = Thread.currentThread().threadId();
  private final Set<Long> before;
  private final boolean alone;

  private ThreadWatch(Set<Long> before, boolean alone) {
    this.before = before;
    this.alone = alone;
  }

  /**
   * Begins to watch.
   *
   * @param alone whether every thread that comes belongs to the one test that runs
   */
  static ThreadWatch start(boolean alone) {
    Set<Long> ids = LiveThread.all().stream().map(LiveThread::id).collect(Collectors.toSet());
    return new ThreadWatch(ids, alone);
  }

  /** The thread that made this watch and all that have come since, but for the calling one. */
  List<LiveThread> started() {
    long self = Thread.currentThread().threadId();
    return LiveThread.all().stream()
        .filter(thread -> thread.id() != self)
        .filter(thread -> thread.id() == tester || !before.contains(thread.id()))
        .toList();
  }

  /**
   * The threads that have come and are still there; where others run tests at the same time, only
   * those that carry the runtime's name.
   */
  List<LiveThread> left(String runtime, List<String> allowed) {
    long self = Thread.currentThread().threadId();
    return LiveThread.all().stream()
        .filter(thread -> thread.id() != self && !before.contains(thread.id()))
        .filter(thread -> !thread.isShared())
        .filter(thread -> alone || thread.name().startsWith(runtime + "-"))
        .filter(thread -> allowed.stream().noneMatch(thread.name()::startsWith))
        .toList();
  }

  /** What to tell of a thread that was left. */
  static String fault(LiveThread thread) {
    return "thread: %s; end it, or allow it in midplane.testkit.allowed-threads%s"
        .formatted(
            thread.title(),
            thread.stack().stream()
                .limit(FRAMES_SHOWN)
                .map(frame -> "\n      " + frame)
                .collect(Collectors.joining()));
  }
}

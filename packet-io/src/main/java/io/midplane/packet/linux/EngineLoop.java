package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.midplane.packet.link.CaptureStatistics;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What an engine's thread does, and what is for that thread alone, except {@link #wake}.
 *
 * <p>It polls the sockets, an eventfd that ends the poll, and the kernel's news of interfaces.
 * While frames pour in one by one it rests for 100 µs between passes instead of polling, which
 * costs a fifth of the CPU and spoils nothing, for a lone frame always meets it in the poll. Blocks
 * are polled for: they come seldom enough. The news are read every 10 ms then.
 */
final class EngineLoop {
  private static final int BUSY_FRAMES = 8;
  private static final long REST_NANOS = 100_000;
  private static final long NEWS_NANOS = 10_000_000;
  private static final int POLL_ENTRY = 8;
  private static final short POLL_IN = 1;
  private static final int NO_LIMIT = -1;

  private final Engine engine;
  private final Commands commands;
  private final Arena arena;
  private final MemorySegment state;
  private final WakeUp wakeUp;
  private final Netlink news;
  private final LinkWatch watch;
  private final List<LinuxCapture> captures = new ArrayList<>();
  private final Thread thread = Thread.currentThread();
  private MemorySegment pollSet;
  private boolean stopping;
  private boolean readingNews;
  private long newsRead = System.nanoTime();

  private EngineLoop(
      Engine engine,
      Commands commands,
      Arena arena,
      MemorySegment state,
      WakeUp wakeUp,
      Netlink news,
      LinkWatch watch) {
    this.engine = engine;
    this.commands = commands;
    this.arena = arena;
    this.state = state;
    this.wakeUp = wakeUp;
    this.news = news;
    this.watch = watch;
    this.pollSet = arena.allocate(POLL_ENTRY * 2L, 8);
  }

  /** Makes it for the calling thread, which moves into the namespace. */
  static EngineLoop in(
      NetworkNamespace namespace, Arena arena, Engine engine, Commands commands, LinkWatch watch) {
    MemorySegment state = Libc.state(arena);
    namespace.enter(arena, state);
    var wakeUp = new WakeUp(arena, state);
    try {
      Netlink news = Netlink.listening(arena, state);
      watch.begin(Netlink.interfaces());
      return new EngineLoop(engine, commands, arena, state, wakeUp, news, watch);
    } catch (RuntimeException e) {
      wakeUp.close();
      throw e;
    }
  }

  /** For any thread: ends the poll. */
  void wake() {
    wakeUp.wake();
  }

  void close() {
    for (LinuxCapture capture : List.copyOf(captures)) {
      var unused = capture.end();
    }
    news.close();
    wakeUp.close();
  }

  void stop() {
    stopping = true;
  }

  Engine engine() {
    return engine;
  }

  MemorySegment state() {
    return state;
  }

  void add(LinuxCapture capture) {
    captures.add(capture);
    long needed = POLL_ENTRY * (captures.size() + 2L);
    if (pollSet.byteSize() < needed) {
      pollSet = arena.allocate(2 * needed, 8);
    }
  }

  CaptureStatistics remove(LinuxCapture capture) {
    captures.remove(capture);
    return capture.end();
  }

  void run() {
    while (true) {
      commands.runAll();
      if (stopping) {
        return;
      }
      int busiest = passAll();
      if (busiest >= BUSY_FRAMES) {
        readDueNews();
        LockSupport.parkNanos(REST_NANOS);
      } else {
        poll();
      }
    }
  }

  private int passAll() {
    int busiest = 0;
    // By index: a sink may close captures while it is called.
    for (int i = 0; i < captures.size(); i++) {
      busiest = Math.max(busiest, captures.get(i).pass());
    }
    long now = System.nanoTime();
    for (int i = 0; i < captures.size(); i++) {
      captures.get(i).tellDrops(now);
    }
    return busiest;
  }

  private void poll() {
    int entries = 2;
    long wait = Long.MAX_VALUE;
    long now = System.nanoTime();
    entry(0, wakeUp.fd());
    entry(1, news.fd());
    for (int i = 0; i < captures.size(); i++) {
      LinuxCapture capture = captures.get(i);
      wait = Math.min(wait, capture.untilTelling(now));
      if (!capture.isStarved()) {
        entry(entries++, capture.fd());
      }
    }
    wakeUp.sleeping();
    boolean work = !commands.isEmpty() || hasFed();
    int timeout = wait == Long.MAX_VALUE ? NO_LIMIT : (int) Math.max(1, wait / 1_000_000);
    int ready = work ? 0 : Libc.poll(state, pollSet, entries, timeout);
    wakeUp.awake();
    if (ready > 0) {
      look(entries);
    }
  }

  /** Whether a capture that had no credits has some again. */
  private boolean hasFed() {
    for (int i = 0; i < captures.size(); i++) {
      if (captures.get(i).isStarved() && captures.get(i).hasCredit()) {
        return true;
      }
    }
    return false;
  }

  private void entry(int index, int fd) {
    long at = (long) index * POLL_ENTRY;
    pollSet.set(JAVA_INT, at, fd);
    pollSet.set(JAVA_SHORT, at + 4, POLL_IN);
    pollSet.set(JAVA_SHORT, at + 6, (short) 0);
  }

  private void look(int entries) {
    if (events(0) != 0) {
      wakeUp.drain();
    }
    // An error that is not taken makes every poll return at once.
    for (int i = 2; i < entries; i++) {
      if ((events(i) & ~POLL_IN) != 0) {
        takeError(pollSet.get(JAVA_INT, (long) i * POLL_ENTRY));
      }
    }
    if (events(1) != 0) {
      readNews();
    }
  }

  private int events(int index) {
    return pollSet.get(JAVA_SHORT, (long) index * POLL_ENTRY + 6);
  }

  private void takeError(int fd) {
    for (int i = 0; i < captures.size(); i++) {
      if (captures.get(i).fd() == fd) {
        captures.get(i).takeError();
      }
    }
  }

  /**
   * Reads the news of interfaces at once if this is the engine's thread: those of an interface are
   * always there before its first frame.
   *
   * @return whether it is, and was not about to read them anyway
   */
  boolean catchUp() {
    boolean own = Thread.currentThread() == thread && !readingNews;
    if (own) {
      readNews();
    }
    return own;
  }

  /** A port that has frames at every look never comes to poll. */
  private void readDueNews() {
    if (System.nanoTime() - newsRead >= NEWS_NANOS) {
      readNews();
    }
  }

  private void readNews() {
    boolean more = true;
    readingNews = true;
    newsRead = System.nanoTime();
    while (more) {
      more =
          news.receive(said -> {
            switch (said) {
              case Netlink.Present(var info) -> watch.present(info);
              case Netlink.Removed(var ifindex) -> watch.removed(ifindex);
              case Netlink.Missed missed -> watch.compare(Netlink.interfaces());
            }
          });
    }
    readingNews = false;
  }
}

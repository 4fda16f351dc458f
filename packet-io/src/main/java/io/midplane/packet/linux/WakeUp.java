package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the poll of an engine's thread from any other thread. */
final class WakeUp {
  private static final int NONBLOCK = PacketSocket.NONBLOCK;

  private final MemorySegment one;
  private final MemorySegment count;
  private final MemorySegment state;
  private final int fd;
  private final AtomicBoolean asleep = new AtomicBoolean();

  /** Guarded by this object's lock: a closed number may name another file at once. */
  private boolean closed;

  WakeUp(Arena arena, MemorySegment state) {
    this.one = Arena.ofAuto().allocate(JAVA_LONG);
    this.one.set(JAVA_LONG, 0, 1);
    this.count = arena.allocate(JAVA_LONG);
    this.state = state;
    this.fd = Libc.eventfd(state, 0, NONBLOCK | PacketSocket.CLOEXEC);
    if (fd < 0) {
      throw Failures.of("a packet engine", "eventfd", fd);
    }
  }

  int fd() {
    return fd;
  }

  /** The thread is about to look for work once more, and to poll if there is none. */
  void sleeping() {
    asleep.set(true);
  }

  /** The thread is up. */
  void awake() {
    asleep.set(false);
  }

  /** Takes the signal back. */
  void drain() {
    long unused = Libc.read(state, fd, count);
  }

  /** Ends the poll, if the thread is in it or about to be. */
  void wake() {
    if (asleep.compareAndSet(true, false)) {
      synchronized (this) {
        if (!closed) {
          Libc.write(fd, one);
        }
      }
    }
  }

  synchronized void close() {
    closed = true;
    int unused = Libc.close(state, fd);
  }
}

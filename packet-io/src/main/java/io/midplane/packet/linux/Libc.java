package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of the C library that packet sockets need. Each returns what the function does or,
 * where that is -1, the negative errno.
 *
 * <p>{@code state} is where errno is kept for the moment of a call: a segment of {@link #STATE} for
 * the calling thread alone.
 */
final class Libc {
  /** The layout of {@code state}. */
  static final MemoryLayout STATE = Linker.Option.captureStateLayout();

  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno")).withInvokeExactBehavior();
  private static final ValueLayout.OfInt INT = JAVA_INT;
  private static final ValueLayout.OfLong LONG = JAVA_LONG;

  private static final MethodHandle SOCKET = intCall("socket", INT, INT, INT);
  private static final MethodHandle BIND = intCall("bind", INT, ADDRESS, INT);
  private static final MethodHandle SETSOCKOPT = intCall("setsockopt", INT, INT, INT, ADDRESS, INT);
  private static final MethodHandle GETSOCKOPT =
      intCall("getsockopt", INT, INT, INT, ADDRESS, ADDRESS);
  private static final MethodHandle POLL = intCall("poll", ADDRESS, LONG, INT);
  private static final MethodHandle EVENTFD = intCall("eventfd", INT, INT);
  private static final MethodHandle CLOSE = intCall("close", INT);
  private static final MethodHandle SETNS = intCall("setns", INT, INT);
  private static final MethodHandle SENDMMSG = intCall("sendmmsg", INT, ADDRESS, INT, INT);
  private static final MethodHandle MUNMAP = intCall("munmap", ADDRESS, LONG);
  private static final MethodHandle READ = longCall("read", INT, ADDRESS, LONG);
  private static final MethodHandle RECV = longCall("recv", INT, ADDRESS, LONG, INT);
  private static final MethodHandle SEND = longCall("send", INT, ADDRESS, LONG, INT);
  private static final MethodHandle SENDTO =
      longCall("sendto", INT, ADDRESS, LONG, INT, ADDRESS, INT);
  private static final MethodHandle MMAP =
      handle("mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, LONG, INT, INT, INT, LONG));
  private static final MethodHandle OPEN =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("open"),
              FunctionDescriptor.of(INT, ADDRESS, INT),
              Linker.Option.firstVariadicArg(2),
              Linker.Option.captureCallState("errno"));
  private static final MethodHandle WRITE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("write"),
              FunctionDescriptor.of(LONG, INT, ADDRESS, LONG));

  private Libc() {}

  private static MethodHandle intCall(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(INT, arguments));
  }

  private static MethodHandle longCall(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(LONG, arguments));
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  static int socket(MemorySegment state, int domain, int type, int protocol) {
    try {
      return result((int) SOCKET.invokeExact(state, domain, type, protocol), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int bind(MemorySegment state, int fd, MemorySegment address) {
    try {
      int length = (int) address.byteSize();
      return result((int) BIND.invokeExact(state, fd, address, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int setsockopt(MemorySegment state, int fd, int level, int name, MemorySegment value) {
    try {
      int length = (int) value.byteSize();
      return result((int) SETSOCKOPT.invokeExact(state, fd, level, name, value, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** The length of the value comes before it: {@code length} holds an int and is set to it. */
  static int getsockopt(
      MemorySegment state, int fd, int level, int name, MemorySegment value, MemorySegment length) {
    try {
      length.set(INT, 0, (int) value.byteSize());
      return result((int) GETSOCKOPT.invokeExact(state, fd, level, name, value, length), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int poll(MemorySegment state, MemorySegment fds, long count, int timeoutMillis) {
    try {
      return result((int) POLL.invokeExact(state, fds, count, timeoutMillis), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int eventfd(MemorySegment state, int initial, int flags) {
    try {
      return result((int) EVENTFD.invokeExact(state, initial, flags), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int close(MemorySegment state, int fd) {
    try {
      return result((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int setns(MemorySegment state, int fd, int kind) {
    try {
      return result((int) SETNS.invokeExact(state, fd, kind), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int open(MemorySegment state, MemorySegment path, int flags) {
    try {
      return result((int) OPEN.invokeExact(state, path, flags), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int sendmmsg(MemorySegment state, int fd, MemorySegment messages, int count, int flags) {
    try {
      return result((int) SENDMMSG.invokeExact(state, fd, messages, count, flags), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int munmap(MemorySegment state, MemorySegment mapped) {
    try {
      long size = mapped.byteSize();
      return result((int) MUNMAP.invokeExact(state, mapped, size), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long read(MemorySegment state, int fd, MemorySegment into) {
    try {
      long size = into.byteSize();
      return result((long) READ.invokeExact(state, fd, into, size), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long recv(MemorySegment state, int fd, MemorySegment into, int flags) {
    try {
      long size = into.byteSize();
      return result((long) RECV.invokeExact(state, fd, into, size, flags), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long send(MemorySegment state, int fd, MemorySegment from, long length, int flags) {
    try {
      return result((long) SEND.invokeExact(state, fd, from, length, flags), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long sendto(
      MemorySegment state,
      int fd,
      MemorySegment from,
      long length,
      int flags,
      MemorySegment address) {
    try {
      int size = (int) address.byteSize();
      return result(
          (long) SENDTO.invokeExact(state, fd, from, length, flags, address, size), state);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** The mapped memory, or a segment whose address is the negative errno. */
  static MemorySegment mmap(MemorySegment state, long length, int protection, int flags, int fd) {
    try {
      MemorySegment nowhere = MemorySegment.NULL;
      MemorySegment mapped =
          (MemorySegment) MMAP.invokeExact(state, nowhere, length, protection, flags, fd, 0L);
      return mapped.address() == -1 ? MemorySegment.ofAddress(-(int) ERRNO.get(state, 0L)) : mapped;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Writes without a look at what becomes of it. */
  static void write(int fd, MemorySegment from) {
    try {
      long size = from.byteSize();
      long unused = (long) WRITE.invokeExact(fd, from, size);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static int result(int returned, MemorySegment state) {
    return returned == -1 ? -(int) ERRNO.get(state, 0L) : returned;
  }

  private static long result(long returned, MemorySegment state) {
    return returned == -1 ? -(int) ERRNO.get(state, 0L) : returned;
  }

  static MemorySegment state(Arena arena) {
    return arena.allocate(STATE);
  }

  /** A handle throws only if it is called wrongly, or if the machine is at its end. */
  private static RuntimeException impossible(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException known
        ? known
        : new IllegalStateException("a call of the C library failed", failure);
  }
}

package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.midplane.packet.frame.MacAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket to the kernel's list of interfaces: what there is, and what changes. For one thread; it
 * sees the network namespace in which that thread opened it.
 */
final class Netlink {

  /** Something the kernel says about an interface. */
  sealed interface News {}

  /** It is there, as described. */
  record Present(InterfaceInfo info) implements News {}

  /** It is there no more. */
  record Removed(int ifindex) implements News {}

  /** More was said than the socket could hold; look at the list again. */
  record Missed() implements News {}

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int LINK_GROUP = 1;
  private static final int NEW_LINK = 16;
  private static final int DELETE_LINK = 17;
  private static final int GET_LINK = 18;
  private static final int DONE = 3;
  private static final int ERROR = 2;
  private static final int REQUEST_DUMP = 0x301;
  private static final int HEADER = 16;
  private static final int INFO = 16;
  private static final int ADDRESS = 1;
  private static final int NAME = 3;
  private static final int MTU = 4;
  private static final int BUFFER = 1 << 16;
  private static final int POLL_IN = 1;
  private static final int DUMP_MILLIS = 5000;

  private final MemorySegment state;
  private final MemorySegment buffer;
  private final int fd;

  private Netlink(MemorySegment state, MemorySegment buffer, int fd) {
    this.state = state;
    this.buffer = buffer;
    this.fd = fd;
  }

  /** A socket that hears of changes. */
  static Netlink listening(Arena arena, MemorySegment state) {
    return open(arena, state, LINK_GROUP);
  }

  private static Netlink open(Arena arena, MemorySegment state, int groups) {
    int flags = PacketSocket.CLOEXEC | PacketSocket.NONBLOCK;
    int fd = Libc.socket(state, AF_NETLINK, SOCK_RAW | flags, 0);
    if (fd < 0) {
      throw Failures.of(NAME_OF_LIST, "socket(AF_NETLINK)", fd);
    }
    MemorySegment address = arena.allocate(12, 4);
    address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
    address.set(JAVA_INT, 8, groups);
    int bound = Libc.bind(state, fd, address);
    if (bound < 0) {
      int unused = Libc.close(state, fd);
      throw Failures.of(NAME_OF_LIST, "bind(AF_NETLINK)", bound);
    }
    return new Netlink(state, arena.allocate(BUFFER, 8), fd);
  }

  private static final String NAME_OF_LIST = "the list of interfaces";

  /** All interfaces of the namespace that the calling thread is in. */
  static List<InterfaceInfo> interfaces() {
    try (Arena arena = Arena.ofConfined()) {
      Netlink netlink = open(arena, Libc.state(arena), 0);
      try {
        return netlink.dump(arena);
      } finally {
        netlink.close();
      }
    }
  }

  private List<InterfaceInfo> dump(Arena arena) {
    MemorySegment request = arena.allocate(HEADER + INFO, 4);
    request.set(JAVA_INT, 0, HEADER + INFO);
    request.set(JAVA_SHORT, 4, (short) GET_LINK);
    request.set(JAVA_SHORT, 6, (short) REQUEST_DUMP);
    long sent = Libc.send(state, fd, request, request.byteSize(), 0);
    if (sent < 0) {
      throw Failures.of(NAME_OF_LIST, "send(AF_NETLINK)", sent);
    }
    MemorySegment poll = arena.allocate(8, 4);
    poll.set(JAVA_INT, 0, fd);
    poll.set(JAVA_SHORT, 4, (short) POLL_IN);
    List<InterfaceInfo> found = new ArrayList<>();
    boolean more = true;
    while (more) {
      int ready = Libc.poll(state, poll, 1, DUMP_MILLIS);
      if (ready == 0) {
        throw Failures.of(NAME_OF_LIST, "poll(AF_NETLINK)", -Errno.EAGAIN);
      }
      more =
          receive(news -> {
            if (news instanceof Present(var info)) {
              found.add(info);
            }
          });
    }
    return found;
  }

  int fd() {
    return fd;
  }

  /**
   * Reads one datagram, if there is one.
   *
   * @return whether there may be more
   */
  boolean receive(Consumer<News> to) {
    long length = Libc.recv(state, fd, buffer, 0);
    if (length == -Errno.EAGAIN) {
      return false;
    }
    if (length == -Errno.EINTR) {
      return true;
    }
    if (length == -Errno.ENOBUFS) {
      to.accept(new Missed());
      return true;
    }
    if (length < 0) {
      throw Failures.of(NAME_OF_LIST, "recv(AF_NETLINK)", length);
    }
    return parse(buffer.asSlice(0, length), to);
  }

  private static boolean parse(MemorySegment datagram, Consumer<News> to) {
    long at = 0;
    while (datagram.byteSize() - at >= HEADER) {
      int length = datagram.get(JAVA_INT, at);
      int type = datagram.get(JAVA_SHORT, at + 4) & 0xffff;
      if (type == DONE || type == ERROR || length < HEADER || length > datagram.byteSize() - at) {
        return false;
      }
      News news = news(type, datagram.asSlice(at + HEADER, length - HEADER));
      if (news != null) {
        to.accept(news);
      }
      at += (length + 3) & ~3;
    }
    return true;
  }

  private static @Nullable News news(int type, MemorySegment message) {
    // What bridges say about their ports has a family of its own.
    if (message.byteSize() < INFO || message.get(JAVA_BYTE, 0) != 0) {
      return null;
    }
    int ifindex = message.get(JAVA_INT, 4);
    if (type == DELETE_LINK) {
      return new Removed(ifindex);
    }
    return type == NEW_LINK ? new Present(info(ifindex, message)) : null;
  }

  private static InterfaceInfo info(int ifindex, MemorySegment message) {
    String name = "";
    int mtu = 0;
    MacAddress address = null;
    long at = INFO;
    while (message.byteSize() - at >= 4) {
      int length = message.get(JAVA_SHORT, at) & 0xffff;
      int type = message.get(JAVA_SHORT, at + 2) & 0x3fff;
      if (length < 4 || length > message.byteSize() - at) {
        break;
      }
      MemorySegment value = message.asSlice(at + 4, length - 4);
      if (type == NAME) {
        name = text(value);
      } else if (type == MTU && value.byteSize() == 4) {
        mtu = value.get(JAVA_INT, 0);
      } else if (type == ADDRESS && value.byteSize() == MacAddress.LENGTH) {
        address = MacAddress.read(value.toArray(JAVA_BYTE), 0);
      }
      at += (length + 3) & ~3;
    }
    return new InterfaceInfo(ifindex, name, mtu, message.get(JAVA_INT, 8), address);
  }

  private static String text(MemorySegment value) {
    byte[] bytes = value.toArray(JAVA_BYTE);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  void close() {
    int unused = Libc.close(state, fd);
  }
}

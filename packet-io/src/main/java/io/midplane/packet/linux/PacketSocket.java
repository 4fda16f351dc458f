package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.midplane.packet.bpf.BpfInstruction;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PacketIoError;
import io.midplane.packet.frame.PacketIoException;
import io.midplane.packet.link.Fanout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A packet socket and its options. For the thread that owns {@code arena} or, with a shared one,
 * for one thread at a time.
 */
final class PacketSocket {
  static final int AF_PACKET = 17;
  static final int CLOEXEC = 0x80000;
  static final int NONBLOCK = 0x800;

  /** All protocols, in the order of the network. */
  static final int ALL_PROTOCOLS = 0x0300;

  private static final int SOCK_RAW = 3;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ERROR = 4;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int SOL_PACKET = 263;
  private static final int ADD_MEMBERSHIP = 1;
  private static final int DROP_MEMBERSHIP = 2;
  private static final int RX_RING = 5;
  private static final int STATISTICS = 6;
  private static final int VERSION = 10;
  private static final int FANOUT = 18;
  private static final int IGNORE_OUTGOING = 23;
  private static final int PROMISCUOUS = 1;
  private static final int MULTICAST = 0;
  private static final int READ_WRITE = 3;
  private static final int SHARED = 1;
  private static final int INSTRUCTION = 8;

  private final String interfaceName;
  private final Arena arena;
  private final MemorySegment state;
  private final int fd;
  private final MemorySegment value;
  private final MemorySegment length;

  private PacketSocket(String interfaceName, Arena arena, MemorySegment state, int fd) {
    this.interfaceName = interfaceName;
    this.arena = arena;
    this.state = state;
    this.fd = fd;
    this.value = arena.allocate(16, 8);
    this.length = arena.allocate(JAVA_INT);
  }

  /**
   * A socket that receives nothing yet: it has no protocol until it is bound.
   *
   * @throws PacketIoException NOT_PERMITTED without CAP_NET_RAW
   */
  static PacketSocket open(String interfaceName, Arena arena, MemorySegment state) {
    int fd = Libc.socket(state, AF_PACKET, SOCK_RAW | CLOEXEC | NONBLOCK, 0);
    if (fd < 0) {
      throw Failures.of(interfaceName, "socket(AF_PACKET)", fd);
    }
    return new PacketSocket(interfaceName, arena, state, fd);
  }

  int fd() {
    return fd;
  }

  private int check(String operation, int result) {
    if (result < 0) {
      throw Failures.of(interfaceName, operation, result);
    }
    return result;
  }

  private void option(String name, int option, int number) {
    MemorySegment field = value.asSlice(0, 4);
    field.set(JAVA_INT, 0, number);
    check(name, Libc.setsockopt(state, fd, SOL_PACKET, option, field));
  }

  void version(int version) {
    option("PACKET_VERSION", VERSION, version);
  }

  void ignoreOutgoing() {
    option("PACKET_IGNORE_OUTGOING", IGNORE_OUTGOING, 1);
  }

  /** Joins a group of sockets; the socket is bound already. */
  void fanout(Fanout fanout) {
    int policy =
        switch (fanout.policy()) {
          case HASH -> 0;
          case LOAD_BALANCE -> 1;
          case CPU -> 2;
          case ROLLOVER -> 3;
          case RANDOM -> 4;
        };
    option("PACKET_FANOUT", FANOUT, policy << 16 | fanout.group());
  }

  /** Makes the ring and maps it; the request is the kernel's {@code tpacket_req3}, or its head. */
  MemorySegment ring(MemorySegment request, long bytes) {
    check("PACKET_RX_RING", Libc.setsockopt(state, fd, SOL_PACKET, RX_RING, request));
    MemorySegment mapped = Libc.mmap(state, bytes, READ_WRITE, SHARED, fd);
    if (mapped.address() < 0) {
      throw Failures.of(interfaceName, "mmap", mapped.address());
    }
    return mapped.reinterpret(bytes, arena, null);
  }

  void unmap(MemorySegment ring) {
    int unused = Libc.munmap(state, ring);
  }

  /** Replaces the filter. */
  void filter(BpfProgram program) {
    try (Arena short_ = Arena.ofConfined()) {
      int count = program.length();
      MemorySegment code = short_.allocate((long) count * INSTRUCTION, 8);
      for (int i = 0; i < count; i++) {
        write(code.asSlice((long) i * INSTRUCTION, INSTRUCTION), program.instructions().get(i));
      }
      MemorySegment head = short_.allocate(16, 8);
      head.set(JAVA_SHORT, 0, (short) count);
      head.set(ADDRESS, 8, code);
      int result = Libc.setsockopt(state, fd, SOL_SOCKET, SO_ATTACH_FILTER, head);
      if (result < 0) {
        throw new PacketIoException(
            new PacketIoError(
                PacketIoError.Kind.FILTER_REFUSED, interfaceName, "SO_ATTACH_FILTER", -result),
            "filter of "
                + count
                + " instructions: the kernel refused it: "
                + Errno.text(-result)
                + "; make it shorter");
      }
    }
  }

  private static void write(MemorySegment into, BpfInstruction instruction) {
    into.set(JAVA_SHORT, 0, (short) instruction.code());
    into.set(JAVA_BYTE, 2, (byte) instruction.jumpTrue());
    into.set(JAVA_BYTE, 3, (byte) instruction.jumpFalse());
    into.set(JAVA_INT, 4, instruction.operand());
  }

  /** From now on it receives frames of that protocol, on an interface or on all (0). */
  void bind(int protocol, int ifindex) {
    MemorySegment address = address(arena);
    address.set(JAVA_SHORT, 2, (short) protocol);
    address.set(JAVA_INT, 4, ifindex);
    check("bind", Libc.bind(state, fd, address));
  }

  /** A {@code sockaddr_ll} with nothing but its family. */
  static MemorySegment address(Arena arena) {
    MemorySegment address = arena.allocate(20, 8);
    address.set(JAVA_SHORT, 0, (short) AF_PACKET);
    return address;
  }

  void join(int ifindex, MacAddress group, boolean in) {
    membership(ifindex, MULTICAST, group, in);
  }

  void promiscuous(int ifindex, boolean on) {
    membership(ifindex, PROMISCUOUS, new MacAddress(0), on);
  }

  private void membership(int ifindex, int kind, MacAddress group, boolean in) {
    MemorySegment request = value.asSlice(0, 16);
    request.fill((byte) 0);
    request.set(JAVA_INT, 0, ifindex);
    request.set(JAVA_SHORT, 4, (short) kind);
    request.set(JAVA_SHORT, 6, (short) MacAddress.LENGTH);
    MemorySegment.copy(group.bytes(), 0, request, JAVA_BYTE, 8, MacAddress.LENGTH);
    int option = in ? ADD_MEMBERSHIP : DROP_MEMBERSHIP;
    check(
        in ? "PACKET_ADD_MEMBERSHIP" : "PACKET_DROP_MEMBERSHIP",
        Libc.setsockopt(state, fd, SOL_PACKET, option, request));
  }

  /** Reads the counters, which the kernel sets to 0 thereby, into the tally. */
  void statistics(DropTally tally) {
    MemorySegment counters = value.asSlice(0, 8);
    if (Libc.getsockopt(state, fd, SOL_PACKET, STATISTICS, counters, length) >= 0) {
      tally.add(counters.get(JAVA_INT, 4));
    }
  }

  /** Takes the error that made poll return, 0 if there is none. */
  int takeError() {
    MemorySegment error = value.asSlice(0, 4);
    int result = Libc.getsockopt(state, fd, SOL_SOCKET, SO_ERROR, error, length);
    return result < 0 ? -result : error.get(JAVA_INT, 0);
  }

  void close() {
    int unused = Libc.close(state, fd);
  }
}

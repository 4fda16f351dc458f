package io.midplane.packet.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.VlanTag;
import io.midplane.packet.link.SendResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The socket that sends, and holds the memberships: they end with it, and it never receives. Any
 * thread may use it, one at a time; no call waits for anything but the kernel.
 */
final class Transmitter {
  private static final int DONT_WAIT = 0x40;
  private static final int MESSAGES = 64;
  private static final int MESSAGE = 64;
  private static final int VECTOR = 16;
  private static final int BUFFER = 1 << 18;

  private final ReentrantLock lock = new ReentrantLock();
  private final Arena arena;
  private final MemorySegment state;
  private final PacketSocket socket;
  private final int ifindex;
  private final MemorySegment buffer;
  private final MemorySegment messages;
  private final MemorySegment vectors;
  private final MemorySegment address;

  /** Whether each message needs to say its interface. */
  private final boolean addressed;

  private boolean closed;

  private Transmitter(Arena arena, MemorySegment state, PacketSocket socket, int ifindex) {
    this.arena = arena;
    this.state = state;
    this.socket = socket;
    this.ifindex = ifindex;
    this.addressed = ifindex == 0;
    this.buffer = arena.allocate(BUFFER, 64);
    this.messages = arena.allocate((long) MESSAGES * MESSAGE, 8);
    this.vectors = arena.allocate((long) MESSAGES * VECTOR, 8);
    this.address = PacketSocket.address(arena);
    for (int i = 0; i < MESSAGES; i++) {
      prepare(i);
    }
  }

  private void prepare(int index) {
    MemorySegment message = messages.asSlice((long) index * MESSAGE, MESSAGE);
    if (addressed) {
      message.set(ADDRESS, 0, address);
      message.set(JAVA_INT, 8, (int) address.byteSize());
    }
    message.set(ADDRESS, 16, vectors.asSlice((long) index * VECTOR, VECTOR));
    message.set(JAVA_LONG, 24, 1);
  }

  /** Opens it in the network namespace of the calling thread. */
  static Transmitter open(String name, int ifindex) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment state = Libc.state(arena);
      PacketSocket socket = PacketSocket.open(name, arena, state);
      if (ifindex != 0) {
        bind(socket, ifindex);
      }
      return new Transmitter(arena, state, socket, ifindex);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static void bind(PacketSocket socket, int ifindex) {
    try {
      socket.bind(0, ifindex);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  SendResult send(byte[] bytes, int offset, int length, int through) {
    if (length > BUFFER) {
      return SendResult.TOO_LONG;
    }
    lock.lock();
    try {
      if (closed) {
        return SendResult.GONE;
      }
      MemorySegment.copy(bytes, offset, buffer, JAVA_BYTE, 0, length);
      long sent;
      if (addressed) {
        address.set(JAVA_INT, 4, through);
        sent = Libc.sendto(state, socket.fd(), buffer, length, DONT_WAIT, address);
      } else {
        sent = Libc.send(state, socket.fd(), buffer, length, DONT_WAIT);
      }
      return sent >= 0 ? SendResult.SENT : failed((int) -sent, length);
    } finally {
      lock.unlock();
    }
  }

  private static SendResult failed(int errno, int length) {
    return switch (errno) {
      case Errno.EINVAL -> length < Frame.HEADER_LENGTH ? SendResult.TOO_SHORT : SendResult.REFUSED;
      case Errno.EMSGSIZE -> SendResult.TOO_LONG;
      case Errno.ENETDOWN -> SendResult.LINK_DOWN;
      case Errno.ENOBUFS, Errno.EAGAIN, Errno.ENOMEM -> SendResult.NO_BUFFER;
      case Errno.ENXIO, Errno.ENODEV -> SendResult.GONE;
      default -> SendResult.REFUSED;
    };
  }

  void send(FrameBatch batch, int through, SendResult[] results) {
    lock.lock();
    try {
      if (closed) {
        Arrays.fill(results, 0, batch.size(), SendResult.GONE);
        return;
      }
      if (addressed) {
        address.set(JAVA_INT, 4, through);
      }
      int done = 0;
      while (done < batch.size()) {
        if (batch.wireLength(done) > BUFFER) {
          results[done++] = SendResult.TOO_LONG;
        } else {
          int packed = pack(batch, done);
          sendPacked(batch, done, packed, results);
          done += packed;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Puts as many frames as there is room for into the messages; returns how many. */
  private int pack(FrameBatch batch, int from) {
    int packed = 0;
    long used = 0;
    while (packed < MESSAGES && from + packed < batch.size()) {
      int length = batch.wireLength(from + packed);
      if (length > BUFFER - used) {
        break;
      }
      put(batch, from + packed, used);
      long vector = (long) packed * VECTOR;
      vectors.set(JAVA_LONG, vector, buffer.address() + used);
      vectors.set(JAVA_LONG, vector + 8, length);
      used += length;
      packed++;
    }
    return packed;
  }

  /** Copies a frame into the buffer, with its tag in place. */
  private void put(FrameBatch batch, int index, long at) {
    int offset = batch.offset(index);
    int length = batch.length(index);
    if (batch.wireLength(index) == length) {
      MemorySegment.copy(batch.array(), offset, buffer, JAVA_BYTE, at, length);
      return;
    }
    int head = 2 * MacAddress.LENGTH;
    MemorySegment.copy(batch.array(), offset, buffer, JAVA_BYTE, at, head);
    int tag = batch.vlanTpid(index) << 16 | batch.vlanTci(index);
    for (int i = 0; i < VlanTag.LENGTH; i++) {
      buffer.set(JAVA_BYTE, at + head + i, (byte) (tag >>> 24 - 8 * i));
    }
    MemorySegment.copy(
        batch.array(), offset + head, buffer, JAVA_BYTE, at + head + VlanTag.LENGTH, length - head);
  }

  /** The kernel stops at a bad frame: it gets its result, and the rest goes on. */
  private void sendPacked(FrameBatch batch, int from, int packed, SendResult[] results) {
    int done = 0;
    while (done < packed) {
      MemorySegment rest = messages.asSlice((long) done * MESSAGE);
      int sent = Libc.sendmmsg(state, socket.fd(), rest, packed - done, DONT_WAIT);
      for (int i = 0; i < sent; i++) {
        results[from + done++] = SendResult.SENT;
      }
      if (sent <= 0) {
        int frame = from + done++;
        results[frame] = failed(-sent, batch.wireLength(frame));
      }
    }
  }

  void join(MacAddress group, boolean in) {
    locked(() -> socket.join(ifindex, group, in));
  }

  void promiscuous(boolean on) {
    locked(() -> socket.promiscuous(ifindex, on));
  }

  private void locked(Runnable task) {
    lock.lock();
    try {
      if (closed) {
        throw Failures.gone("the port");
      }
      task.run();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        socket.close();
        arena.close();
      }
    } finally {
      lock.unlock();
    }
  }
}

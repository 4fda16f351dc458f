package io.midplane.testkit.xenstore;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/**
 * A guest's link: the two rings of its page, mapped from the file that stands for it, and kicks. It
 * looks at the ring from time to time, as nothing tells a process that a file changed.
 */
final class RingLink implements ByteLink {
  static final int PAGE = 4096;
  private static final int RING = 1024;
  private static final int REQUESTS = 0;
  private static final int RESPONSES = 1024;
  private static final int REQUESTS_CONSUMED = 2048;
  private static final int REQUESTS_PRODUCED = 2052;
  private static final int RESPONSES_CONSUMED = 2056;
  private static final int RESPONSES_PRODUCED = 2060;
  private static final int ERROR = 2072;
  private static final long LOOK_EVERY_NANOS = 50_000;
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final MappedByteBuffer page;
  private final Runnable kick;

  private RingLink(MappedByteBuffer page, Runnable kick) {
    this.page = page;
    this.kick = kick;
  }

  /** Maps the page, which it makes and clears. */
  static RingLink create(Path file, Runnable kick) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return new RingLink(channel.map(FileChannel.MapMode.READ_WRITE, 0, PAGE), kick);
    }
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    long deadline = System.nanoTime() + RawConnection.PATIENCE.toNanos();
    while (bytes.hasRemaining()) {
      int produced = get(REQUESTS_PRODUCED);
      int room = RING - (produced - get(REQUESTS_CONSUMED));
      if (room <= 0) {
        look(deadline, "the server does not read the ring");
        continue;
      }
      int count = Math.min(room, bytes.remaining());
      for (int i = 0; i < count; i++) {
        page.put(REQUESTS + ((produced + i) & (RING - 1)), bytes.get());
      }
      set(REQUESTS_PRODUCED, produced + count);
      kick.run();
    }
  }

  @Override
  public int read(ByteBuffer into, long nanos) throws IOException {
    long deadline = System.nanoTime() + nanos;
    int consumed = get(RESPONSES_CONSUMED);
    int there = get(RESPONSES_PRODUCED) - consumed;
    while (there == 0) {
      if (get(ERROR) != 0) {
        return -1;
      }
      if (System.nanoTime() - deadline >= 0) {
        return 0;
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
      there = get(RESPONSES_PRODUCED) - consumed;
    }
    int count = Math.min(there, into.remaining());
    for (int i = 0; i < count; i++) {
      into.put(page.get(RESPONSES + ((consumed + i) & (RING - 1))));
    }
    set(RESPONSES_CONSUMED, consumed + count);
    kick.run();
    return count;
  }

  private static void look(long deadline, String complaint) throws IOException {
    if (System.nanoTime() - deadline >= 0) {
      throw new IOException(complaint);
    }
    LockSupport.parkNanos(LOOK_EVERY_NANOS);
  }

  private int get(int index) {
    return (int) INT.getAcquire(page, index);
  }

  private void set(int index, int value) {
    INT.setRelease(page, index, value);
  }

  /** Nothing to close: a guest leaves by its domain's end. */
  @Override
  public void close() {}
}

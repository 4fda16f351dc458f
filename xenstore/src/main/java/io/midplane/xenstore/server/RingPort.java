package io.midplane.xenstore.server;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A guest's page with its two rings, 1024 bytes each way, as Xen lays it out. The four indices run
 * freely; each side writes its own two. Nothing tells of room or bytes but a kick.
 */
final class RingPort implements Port {
  private static final int PAGE = 4096;
  private static final int RING = 1024;
  private static final int REQUESTS = 0;
  private static final int RESPONSES = 1024;
  private static final int REQUESTS_CONSUMED = 2048;
  private static final int REQUESTS_PRODUCED = 2052;
  private static final int RESPONSES_CONSUMED = 2056;
  private static final int RESPONSES_PRODUCED = 2060;
  private static final int FEATURES = 2064;
  private static final int ERROR = 2072;

  /** The page tells of errors. */
  private static final int ERROR_FEATURE = 2;

  private static final int BAD_INDEX = 2;
  private static final int BAD_MESSAGE = 3;

  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final MappedByteBuffer page;

  private RingPort(MappedByteBuffer page) {
    this.page = page;
  }

  /** Maps the page of a guest from the file that stands for it. */
  static RingPort map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      RingPort port = new RingPort(channel.map(FileChannel.MapMode.READ_WRITE, 0, PAGE));
      port.set(FEATURES, Domains.FEATURES | ERROR_FEATURE);
      return port;
    }
  }

  /** Empties both rings and takes back an error. */
  void reset() {
    for (int index = REQUESTS_CONSUMED; index <= RESPONSES_PRODUCED; index += Integer.BYTES) {
      set(index, 0);
    }
    set(ERROR, 0);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int consumed = get(REQUESTS_CONSUMED);
    int count = Math.min(used(REQUESTS_PRODUCED, consumed), into.remaining());
    copyOut(REQUESTS + (consumed & (RING - 1)), count, into);
    set(REQUESTS_CONSUMED, consumed + count);
    return count;
  }

  private void copyOut(int at, int count, ByteBuffer into) {
    int straight = Math.min(count, REQUESTS + RING - at);
    into.put(page.slice(at, straight));
    into.put(page.slice(REQUESTS, count - straight));
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int produced = get(RESPONSES_PRODUCED);
    int room = RING - checked(produced - get(RESPONSES_CONSUMED));
    int count = Math.min(room, from.remaining());
    int at = RESPONSES + (produced & (RING - 1));
    int straight = Math.min(count, RESPONSES + RING - at);
    page.put(at, from, from.position(), straight);
    page.put(RESPONSES, from, from.position() + straight, count - straight);
    from.position(from.position() + count);
    set(RESPONSES_PRODUCED, produced + count);
    return count;
  }

  private int used(int producedIndex, int consumed) throws IOException {
    return checked(get(producedIndex) - consumed);
  }

  private int checked(int used) throws IOException {
    if (used < 0 || used > RING) {
      set(ERROR, BAD_INDEX);
      throw new IOException("the indices of the ring are " + used + " apart (expected: 0 to 1024)");
    }
    return used;
  }

  @Override
  public void violated() {
    set(ERROR, BAD_MESSAGE);
  }

  private int get(int index) {
    return (int) INT.getAcquire(page, index);
  }

  private void set(int index, int value) {
    INT.setRelease(page, index, value);
  }

  @Override
  public void interest(boolean reading, boolean writing) {
    // the guest kicks after each of both
  }

  @Override
  public void close() {
    // the page is the guest's
  }
}

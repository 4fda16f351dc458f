package io.midplane.xenstore.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection through the XenBus device, or any terminal that stands in for it.
 *
 * <p>A device can be waited for only by blocking in it, and one channel cannot do so in both
 * directions at once. So two platform threads serve it, one a direction; they run nobody else's
 * code. Closing sends one last request, whose answer frees the thread that reads.
 */
public final class XenBusTransport implements Transport {
  private static final int CHUNK = 4096;
  private static final int MAX_CHUNKS = 64;

  private final Path path;
  private final RandomAccessFile device;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final Deque<byte[]> received = new ArrayDeque<>();
  private final Deque<byte[]> unsent = new ArrayDeque<>();
  private int offset;
  private boolean woken;
  private boolean refused;
  private boolean closed;
  private @Nullable IOException broken;

  private XenBusTransport(Path path, RandomAccessFile device) {
    this.path = path;
    this.device = device;
  }

  /**
   * Opens the device. Blocks: no longer than the kernel takes.
   *
   * @throws MidplaneException UNREACHABLE with the path if there is no such device or the caller
   *     may not open it
   */
  public static XenBusTransport open(Path path) {
    if (!Files.exists(path)) { // opening it for writing would make a file of that name
      throw unreachable(path, "no such device", null);
    }
    try {
      var transport = new XenBusTransport(path, new RandomAccessFile(path.toFile(), "rw"));
      Thread.ofPlatform().daemon().name("xenbus-reader").start(transport::readDevice);
      Thread.ofPlatform().daemon().name("xenbus-writer").start(transport::writeDevice);
      return transport;
    } catch (IOException e) {
      throw unreachable(path, String.valueOf(e.getMessage()), e);
    }
  }

  private static MidplaneException unreachable(Path path, String why, @Nullable IOException cause) {
    return new MidplaneException(
        ErrorCode.UNREACHABLE,
        "xenbus device " + path + ": " + why + "; is this a Xen domain, and may this user open it?",
        cause);
  }

  private void readDevice() {
    byte[] buffer = new byte[CHUNK];
    try (device) {
      boolean goesOn = true;
      while (goesOn) {
        int count = device.read(buffer);
        if (count < 0) {
          throw new EOFException("end of device");
        }
        goesOn = deliver(Arrays.copyOf(buffer, count));
      }
    } catch (IOException e) {
      breaks(e);
    }
  }

  private boolean deliver(byte[] chunk) {
    lock.lock();
    try {
      received.add(chunk);
      changed.signalAll();
      while (received.size() >= MAX_CHUNKS && !closed) {
        changed.awaitUninterruptibly();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void writeDevice() {
    try {
      for (byte[] next = nextUnsent(); next != null; next = nextUnsent()) {
        device.write(next);
      }
    } catch (IOException e) {
      breaks(e);
    }
  }

  private byte @Nullable [] nextUnsent() {
    lock.lock();
    try {
      while (unsent.isEmpty() && !closed && broken == null) {
        changed.awaitUninterruptibly();
      }
      if (refused) {
        changed.signalAll();
      }
      return broken == null ? unsent.poll() : null;
    } finally {
      lock.unlock();
    }
  }

  private void breaks(IOException why) {
    lock.lock();
    try {
      if (broken == null) {
        broken = why;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read(ByteBuffer into, long timeoutNanos) throws IOException {
    lock.lock();
    try {
      awaitNews(timeoutNanos);
      if (closed) {
        throw new ClosedChannelException();
      }
      byte[] chunk = received.peek();
      if (chunk != null) {
        return take(chunk, into);
      }
      IOException why = broken;
      if (why instanceof EOFException) {
        return -1;
      } else if (why != null) {
        throw why;
      }
      woken = false;
      return 0;
    } finally {
      lock.unlock();
    }
  }

  private void awaitNews(long timeoutNanos) {
    long left = timeoutNanos < 0 ? Long.MAX_VALUE : timeoutNanos;
    boolean limited = left != Long.MAX_VALUE;
    while (!hasNews() && left > 0 && !Thread.currentThread().isInterrupted()) {
      try {
        if (limited) {
          left = changed.awaitNanos(left);
        } else {
          changed.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean hasNews() {
    boolean takesAgain = refused && unsent.isEmpty();
    return takesAgain || !received.isEmpty() || woken || closed || broken != null;
  }

  private int take(byte[] chunk, ByteBuffer into) {
    int count = Math.min(into.remaining(), chunk.length - offset);
    into.put(chunk, offset, count);
    offset += count;
    if (offset == chunk.length) {
      received.poll();
      offset = 0;
      changed.signalAll();
    }
    return count;
  }

  @Override
  public void write(ByteBuffer... from) throws IOException {
    for (ByteBuffer buffer : from) {
      lock.lock();
      try {
        while (unsent.size() >= MAX_CHUNKS && !closed && broken == null) {
          changed.awaitUninterruptibly();
        }
        enqueue(buffer);
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void offer(ByteBuffer from) throws IOException {
    lock.lock();
    try {
      refused = unsent.size() >= MAX_CHUNKS;
      if (!refused) {
        enqueue(from);
      }
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(ByteBuffer from) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    unsent.add(bytes);
    changed.signalAll();
  }

  @Override
  public void wakeup() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        unsent.add(farewell());
        closed = true;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Any domain may ask for a domain's home. */
  private static byte[] farewell() {
    return new Message(MessageType.GET_DOMAIN_PATH, -1, 0, Texts.join("0")).toBytes();
  }

  @Override
  public boolean isXenBus() {
    return true;
  }

  @Override
  public int maxPayload() {
    return Message.MAX_XENBUS_PAYLOAD;
  }

  @Override
  public String toString() {
    return "XenBus(" + path + ")";
  }
}

package io.midplane.node;

import com.google.protobuf.MessageLite;
import io.midplane.protocol.FrameEncoder;
import io.midplane.protocol.FrameKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a node sends to one client: the thread that has a frame writes it, if the socket takes it;
 * what the socket does not take is kept, within bounds, and written by the server's thread.
 * Thread-safe; never waits for the client.
 */
final class Outbound {
  private static final int INITIAL_BYTES = 16 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final SocketChannel channel;
  private final SelectionKey key;
  private final FrameEncoder encoder;
  private final int maxUnsentBytes;
  private final Consumer<String> giveUp;

  /** Holds what is not yet sent, from 0 to its position. Guarded by the lock, as the next two. */
  private ByteBuffer buffer = ByteBuffer.allocateDirect(INITIAL_BYTES);

  /** Whether the server's thread writes, because the socket was full. */
  private boolean behind;

  private boolean closed;
  private volatile int unsent;

  /**
   * @param giveUp told once why nothing more can be sent: the connection is to be closed
   */
  Outbound(
      SocketChannel channel,
      SelectionKey key,
      FrameEncoder encoder,
      int maxUnsentBytes,
      Consumer<String> giveUp) {
    this.channel = channel;
    this.key = key;
    this.encoder = encoder;
    this.maxUnsentBytes = maxUnsentBytes;
    this.giveUp = giveUp;
  }

  /**
   * Sends a frame, now or when the socket takes it; does nothing once closed.
   *
   * @throws io.midplane.calls.MidplaneException LIMIT_EXCEEDED if the frame is too large; nothing
   *     is sent
   */
  void send(FrameKind kind, long requestId, @Nullable MessageLite payload) {
    int size = encoder.size(payload);
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (!makeRoom(size)) {
        closed = true;
        giveUp.accept(
            "the client does not read: unsent bytes: "
                + ((long) buffer.position() + size)
                + " (expected: at most "
                + maxUnsentBytes
                + ")");
        return;
      }
      encoder.encode(kind, requestId, payload, buffer);
      if (!behind) {
        write();
      }
      unsent = buffer.position();
    } finally {
      lock.unlock();
    }
  }

  private boolean makeRoom(int size) {
    if (size <= buffer.remaining()) {
      return true;
    }
    long needed = (long) buffer.position() + size;
    if (needed > maxUnsentBytes) {
      return false;
    }
    int capacity = (int) Math.min(maxUnsentBytes, Math.max(needed, 2L * buffer.capacity()));
    ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
    larger.put(buffer.flip());
    buffer = larger;
    return true;
  }

  private void write() {
    buffer.flip();
    try {
      channel.write(buffer);
      buffer.compact();
      boolean full = buffer.position() > 0;
      if (full != behind) {
        behind = full;
        // Atomic: the server's thread changes OP_READ at the same time.
        if (full) {
          key.interestOpsOr(SelectionKey.OP_WRITE);
        } else {
          key.interestOpsAnd(~SelectionKey.OP_WRITE);
        }
        key.selector().wakeup();
      }
      if (!full && buffer.capacity() > ServerLimits.HIGH_WATER) {
        buffer = ByteBuffer.allocateDirect(INITIAL_BYTES);
      }
    } catch (IOException | CancelledKeyException e) {
      closed = true;
      buffer.clear();
      giveUp.accept("cannot write: " + e.getMessage());
    }
  }

  /** By the server's thread: the socket takes more. */
  void flush() {
    lock.lock();
    try {
      if (!closed) {
        write();
        unsent = buffer.position();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes wait for the client to read. */
  int unsent() {
    return unsent;
  }

  /** Sends nothing any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}

package io.midplane.protocol;

import com.google.protobuf.MessageLite;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a client's connection. Sending never waits: what the socket does not take at once is
 * kept, within bounds, and written by whoever reads. One thread at a time reads.
 */
final class Wire implements Consumer<SelectionKey> {
  private static final int BUFFER_BYTES = 64 * 1024;

  /** A buffer that grew beyond this is given back when it is empty. */
  private static final int KEPT_BYTES = 4 << 20;

  private static final int MAX_UNSENT_BYTES = 16 << 20;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final Turn turn;
  private final ReentrantLock outLock = new ReentrantLock();
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer smallOut = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private volatile FrameEncoder encoder;

  /**
   * Holds what is not yet sent, from 0 to its position. Guarded by {@link #outLock}, as are the two
   * below.
   */
  private ByteBuffer out = smallOut;

  /** Whether bytes wait for the socket to take more. */
  private boolean behind;

  /** Whether the socket takes nothing any more; why is to be read from it. */
  private boolean broken;

  private Wire(SocketChannel channel, Selector selector, int maxFrameBytes, Turn turn)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.key = channel.register(selector, SelectionKey.OP_READ);
    this.encoder = new FrameEncoder(maxFrameBytes);
    this.turn = turn;
  }

  static Wire connect(Path socket, int maxFrameBytes, Turn turn) {
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      return new Wire(channel, Selector.open(), maxFrameBytes, turn);
    } catch (IOException e) {
      closeQuietly(channel);
      throw unreachable(socket, e);
    }
  }

  private static MidplaneException unreachable(Path socket, IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (reason.contains("Permission denied")) {
      return new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          "node at "
              + socket
              + ": permission denied (expected: a socket of this user); run as its owner",
          e);
    }
    String fact = Files.exists(socket, LinkOption.NOFOLLOW_LINKS) ? reason : "no such socket";
    return new MidplaneException(
        ErrorCode.UNREACHABLE,
        "no node at " + socket + ": " + fact + "; start one with: midplane node start",
        e);
  }

  private static void closeQuietly(@Nullable SocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was sent on it and nobody else has it.
    }
  }

  void maxFrameBytes(int bytes) {
    encoder = new FrameEncoder(bytes);
  }

  /**
   * Sends a frame, now or when the socket takes it. On a socket that is broken it does nothing: the
   * next read says why.
   *
   * @throws MidplaneException LIMIT_EXCEEDED if the frame, or what is unsent, is too large
   */
  void send(FrameKind kind, long requestId, @Nullable MessageLite payload) {
    int size = encoder.size(payload);
    outLock.lock();
    try {
      if (broken) {
        return;
      }
      if (kind == FrameKind.REQUEST) {
        checkUnsent(size);
      }
      makeRoom(size);
      encoder.encode(kind, requestId, payload, out);
      if (!behind) {
        flush();
        if (out.position() > 0) {
          fallBehind();
        }
      }
    } finally {
      outLock.unlock();
    }
  }

  /** Only requests are bounded: what they lead to, credits and cancellations, is few and small. */
  private void checkUnsent(int size) {
    int unsent = out.position();
    if (unsent > 0 && unsent + (long) size > MAX_UNSENT_BYTES) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "unsent bytes: "
              + (unsent + (long) size)
              + " (expected: at most "
              + MAX_UNSENT_BYTES
              + "); the node reads too slowly, wait for answers");
    }
  }

  private void makeRoom(int size) {
    if (size > out.remaining()) {
      var larger = ByteBuffer.allocateDirect(Math.max(out.position() + size, 2 * out.capacity()));
      larger.put(out.flip());
      out = larger;
    }
  }

  private void flush() {
    out.flip();
    try {
      channel.write(out);
    } catch (IOException e) {
      // What the node said before it went is still to be read, and then the end of the stream.
      broken = true;
      out.position(out.limit());
    }
    if (out.hasRemaining()) {
      out.compact();
    } else {
      out.clear();
      if (out.capacity() > KEPT_BYTES) {
        out = smallOut.clear();
      }
    }
  }

  private void fallBehind() {
    try {
      key.interestOpsOr(SelectionKey.OP_WRITE);
    } catch (CancelledKeyException e) {
      broken = true;
      return;
    }
    behind = true;
    selector.wakeup();
    turn.retain();
  }

  private void catchUp() {
    outLock.lock();
    try {
      flush();
      if (behind && out.position() == 0) {
        behind = false;
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
        turn.release();
      }
    } finally {
      outLock.unlock();
    }
  }

  /**
   * Waits at most so many nanoseconds for the socket and reads what it has; null if that is
   * nothing. The buffer is good until the next read.
   *
   * @throws EOFException if the other side closed the connection
   */
  @Nullable ByteBuffer read(long nanos) throws IOException {
    if (select(nanos) == 0) {
      return null;
    }
    in.clear();
    int count = channel.read(in);
    if (count < 0) {
      throw new EOFException("end of stream");
    }
    return count == 0 ? null : in.flip();
  }

  private int select(long nanos) throws IOException {
    try {
      if (nanos <= 0) {
        return selector.selectNow(this);
      }
      long millis = nanos == Long.MAX_VALUE ? 0 : (nanos + 999_999) / 1_000_000;
      return selector.select(this, millis);
    } catch (ClosedSelectorException | CancelledKeyException e) {
      throw new ClosedChannelException();
    }
  }

  /** The socket takes more, or has more. */
  @Override
  public void accept(SelectionKey ready) {
    if (ready.isWritable()) {
      catchUp();
    }
  }

  void wakeUp() {
    selector.wakeup();
  }

  void close() {
    try {
      channel.close();
      selector.close();
    } catch (IOException e) {
      // Whoever waits has been told why the connection ended.
    }
  }
}

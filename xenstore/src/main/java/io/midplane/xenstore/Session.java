package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Turn;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageDecoder;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One physical connection: bytes out, messages in. Sending never waits: what the transport does not
 * take at once is kept, within bounds, and written by whoever reads. One thread at a time reads.
 */
final class Session {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAX_UNSENT_BYTES = 16 << 20;

  /** Which one of the client's it is, counted from 1. */
  final int epoch;

  /** Transactions that the server has open for it. */
  final AtomicInteger transactions = new AtomicInteger();

  private final Transport transport;
  private final Turn turn;
  private final MessageDecoder decoder;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private final ReentrantLock outLock = new ReentrantLock();

  /** Holds what is not yet sent, from 0 to its position. Guarded by the lock, as is the next. */
  private ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private boolean brokenOut;

  /** Whether bytes wait for the transport to take more. */
  private volatile boolean behind;

  Session(int epoch, Transport transport, Turn turn, int maxDirectoryBytes) {
    this.epoch = epoch;
    this.transport = transport;
    this.turn = turn;
    int directory = Math.max(maxDirectoryBytes, Message.MAX_PAYLOAD);
    this.decoder =
        new MessageDecoder(
            type -> type == MessageType.DIRECTORY.code() ? directory : Message.MAX_PAYLOAD);
  }

  Transport transport() {
    return transport;
  }

  /** Why it ended; null while it is open. */
  @Nullable Ending ending() {
    return ending.get();
  }

  /** True for the first who ends it. */
  boolean end(Ending why) {
    if (!ending.compareAndSet(null, why)) {
      return false;
    }
    transport.close();
    return true;
  }

  /**
   * Sends a request, now or when the transport takes it; on a connection that broke it does
   * nothing, for the next read says why.
   *
   * @param flush false if more follow at once, the last of them with true
   */
  void send(Request request, int id, boolean flush) {
    byte[] payload = request.payload();
    outLock.lock();
    try {
      makeRoom(Message.HEADER_LENGTH + payload.length, request);
      Message.writeHeader(
          out, request.type().code(), id, request.transaction().number(), payload.length);
      out.put(payload);
      if (flush && !behind) {
        flush();
      }
    } finally {
      outLock.unlock();
    }
  }

  /** Sends what was held back. */
  void flushAll() {
    outLock.lock();
    try {
      if (!behind && out.position() > 0) {
        flush();
      }
    } finally {
      outLock.unlock();
    }
  }

  private void makeRoom(int size, Request request) {
    if (size <= out.remaining()) {
      return;
    }
    int unsent = out.position();
    if (unsent + size > MAX_UNSENT_BYTES) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          request
              + ": unsent bytes: "
              + (unsent + size)
              + " (expected: at most "
              + MAX_UNSENT_BYTES
              + "); the server reads too slowly, wait for answers");
    }
    ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(unsent + size, 2 * out.capacity()));
    out = larger.put(out.flip());
  }

  private void flush() {
    out.flip();
    try {
      if (!brokenOut) {
        transport.offer(out);
      }
    } catch (IOException e) {
      brokenOut = true;
    }
    if (brokenOut) {
      // What the server said before it went is still to be read, and then the end of the stream.
      out.clear();
    } else {
      out.compact();
    }
    boolean isBehind = out.position() > 0;
    if (isBehind != behind) {
      behind = isBehind;
      if (isBehind) {
        turn.retain();
      } else {
        turn.release();
      }
    }
  }

  private void catchUp() {
    outLock.lock();
    try {
      flush();
    } finally {
      outLock.unlock();
    }
  }

  /**
   * Waits at most so many nanoseconds and hands on the messages that came.
   *
   * @return null, or why nothing will come any more
   */
  @Nullable Ending read(long nanos, Consumer<Message> sink) {
    try {
      in.clear();
      int count = transport.read(in, Math.max(0, nanos));
      if (count < 0) {
        throw new EOFException("the server closed the connection; see its log");
      }
      if (behind) {
        catchUp();
      }
      in.flip();
      for (Message message = decoder.next(in); message != null; message = decoder.next(in)) {
        sink.accept(message);
      }
      if (decoder.isMidMessage()) {
        letFinish();
      }
      return null;
    } catch (IOException e) {
      return new Ending(
          ErrorCode.CALLEE_DIED, transport + ": connection lost: " + e.getMessage(), e);
    } catch (MidplaneException e) {
      return new Ending(e.code(), transport + ": " + e.getMessage(), e);
    }
  }

  /**
   * The C daemon sends a header and what follows it in two writes. On one core with it, the first
   * one has woken this thread and interrupted the daemon; sleeping now would have the second one do
   * the same, for this message and all that come. Let on, it sends the rest and waits for the next
   * request before this thread goes on.
   */
  private static void letFinish() {
    Thread.yield();
  }
}

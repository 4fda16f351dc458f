package io.midplane.testkit.xenstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks bytes: what a test says goes out as it is, and what comes back is shown
 * as it is. For one thread. Blocks: yes, at most {@link #PATIENCE}; then it throws.
 *
 * <p>Texts write the byte 0 as {@code |}. An answer is the reply's payload as text, an error's name
 * behind {@code !}: {@code hello}, {@code OK|}, {@code !ENOENT}.
 */
public final class RawConnection implements AutoCloseable {

  /** How long it waits for the server. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** An answer that stands for a connection that the server closed. */
  public static final String CLOSED = "closed";

  private static final int BUFFER = 1 << 16;

  private final String name;
  private final ByteLink link;
  private final ByteBuffer in = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).flip();
  private final Deque<Frame> events = new ArrayDeque<>();
  private int nextRequestId = 1;

  RawConnection(String name, ByteLink link) {
    this.name = name;
    this.link = link;
  }

  /** Connects to a server's socket. */
  public static RawConnection open(Path socket) {
    try {
      return new RawConnection(socket.toString(), SocketLink.open(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(socket + ": " + e.getMessage(), e);
    }
  }

  /**
   * The answer to a request written as a line: the type's name, a transaction's id behind {@code @}
   * if it has one, a blank, and the payload: {@code WRITE@3 /a|value}.
   */
  public String ask(String line) {
    String[] parts = line.split(" ", 2);
    String[] type = parts[0].split("@", 2);
    int transaction = type.length == 1 ? 0 : Integer.parseUnsignedInt(type[1]);
    return ask(Request.valueOf(type[0]).code(), transaction, parts.length == 1 ? "" : parts[1]);
  }

  /**
   * The answer to a request. Events that come before it are kept for {@link #events}.
   *
   * @throws AssertionError if the reply carries other ids than the request
   */
  public String ask(int type, int transaction, String payload) {
    int id = send(type, transaction, payload);
    Frame reply = reply();
    if (reply == null) {
      return CLOSED;
    }
    if (reply.requestId() != id || reply.transactionId() != transaction) {
      throw new AssertionError(
          name + ": reply " + reply + " to request " + id + " of transaction " + transaction);
    }
    return answer(type, reply);
  }

  private static String answer(int type, Frame reply) {
    if (reply.type() == Request.ERROR.code()) {
      return "!" + reply.text().replace("|", "");
    }
    return reply.type() == type ? reply.text() : "type " + reply.type() + ": " + reply.text();
  }

  /** Sends a request, and does not wait. */
  public int send(int type, int transaction, String payload) {
    int id = nextRequestId++;
    send(Frame.of(type, id, transaction, payload));
    return id;
  }

  /** Sends a message, and does not wait. */
  public void send(Frame frame) {
    send(frame.encode());
  }

  /** Sends bytes, and does not wait. */
  public void send(byte[] bytes) {
    try {
      link.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + e.getMessage(), e);
    }
  }

  /** The next message that is no event; null if the server closed the connection. */
  public @Nullable Frame reply() {
    Frame frame = receive();
    while (frame != null && frame.type() == Request.WATCH_EVENT.code()) {
      events.add(frame);
      frame = receive();
    }
    return frame;
  }

  /**
   * The next message, event or not; null if the server closed the connection. Events that were kept
   * are not among them.
   */
  public @Nullable Frame receive() {
    return receive(PATIENCE)
        .orElseThrow(() -> new AssertionError(name + ": no answer within " + PATIENCE));
  }

  /** What a wait brought: a message, the end of the connection, or nothing in time. */
  private record Outcome(@Nullable Frame frame, boolean isEnd) {
    @Nullable Frame orElseThrow(Supplier<AssertionError> late) {
      if (frame == null && !isEnd) {
        throw late.get();
      }
      return frame;
    }
  }

  private Outcome receive(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Frame frame = decode();
      if (frame != null) {
        return new Outcome(frame, false);
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return new Outcome(null, false);
      }
      if (!fill(left)) {
        return new Outcome(null, true);
      }
    }
  }

  private @Nullable Frame decode() {
    if (in.remaining() < Frame.HEADER) {
      return null;
    }
    int length = in.getInt(in.position() + 12);
    if (length < 0 || length > BUFFER - Frame.HEADER) {
      throw new AssertionError(name + ": the server sent a length of " + length);
    }
    if (in.remaining() < Frame.HEADER + length) {
      return null;
    }
    int type = in.getInt();
    int requestId = in.getInt();
    int transaction = in.getInt();
    byte[] payload = new byte[in.getInt()];
    in.get(payload);
    return new Frame(type, requestId, transaction, payload);
  }

  private boolean fill(long nanos) {
    in.compact();
    try {
      return link.read(in, nanos) >= 0;
    } catch (IOException e) {
      return false;
    } finally {
      in.flip();
    }
  }

  /**
   * All events that the server has sent so far, as {@code path|token|}. It asks for something and
   * waits for the answer, which comes behind them.
   */
  public List<String> events() {
    String barrier = ask("GET_PERMS /|");
    if (barrier.equals(CLOSED)) {
      throw new AssertionError(name + ": the connection is closed");
    }
    return taken();
  }

  /** Waits until so many events have come, and takes them. */
  public List<String> awaitEvents(int count) {
    while (events.size() < count) {
      Frame frame = receive();
      if (frame == null || frame.type() != Request.WATCH_EVENT.code()) {
        throw new AssertionError(name + ": " + frame + " (expected: an event)");
      }
      events.add(frame);
    }
    return taken();
  }

  private List<String> taken() {
    List<String> texts = new ArrayList<>();
    events.forEach(event -> texts.add(event.text()));
    events.clear();
    return texts;
  }

  /** Whether the server closes the connection, within the usual patience. */
  public boolean isClosedByServer() {
    return reply() == null;
  }

  /** Whether nothing at all comes within a short while: for servers that go silent. */
  public boolean isSilent() {
    Outcome outcome = receive(Duration.ofMillis(200));
    return outcome.frame() == null && !outcome.isEnd();
  }

  @Override
  public void close() {
    try {
      link.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

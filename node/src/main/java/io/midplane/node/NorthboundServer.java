package io.midplane.node;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.ThreadMark;
import io.midplane.protocol.FailureCodec;
import io.midplane.protocol.FrameEncoder;
import io.midplane.protocol.FrameKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the northbound API on a Unix socket. One thread reads all connections and hands requests
 * on; whoever has an answer writes it itself. The thread never waits for anything but its sockets.
 */
final class NorthboundServer implements AutoCloseable {

  /** The version of frames and messages that it speaks. */
  static final int PROTOCOL = 1;

  private static final Logger LOG = LoggerFactory.getLogger(NorthboundServer.class);
  private static final int READ_BYTES = 64 << 10;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  /** After a failed accept, out of file descriptors for instance, it pauses so long. */
  private static final long ACCEPT_PAUSE_NANOS = 100_000_000;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicLong firstExpiry = new AtomicLong(Long.MAX_VALUE);
  private final long clockStart = System.nanoTime();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
  private final Set<Peer> peers = new LinkedHashSet<>();
  private final ListeningSocket socket;
  private final Selector selector;
  private final SelectionKey acceptKey;
  private final ServerLimits limits;
  private final NorthboundService service;
  private final String name;
  private final Thread thread;
  private long connections;
  private long acceptAgain = Long.MAX_VALUE;
  private volatile boolean open = true;

  private NorthboundServer(
      ListeningSocket socket,
      Selector selector,
      String name,
      ServerLimits limits,
      NorthboundService service)
      throws IOException {
    this.socket = socket;
    this.selector = selector;
    this.name = name;
    this.limits = limits;
    this.service = service;
    this.acceptKey = socket.channel().register(selector, SelectionKey.OP_ACCEPT);
    this.thread = new Thread(this::run, "northbound");
  }

  /**
   * Starts to serve.
   *
   * @param path of the socket; what a dead node left there is replaced
   * @throws MidplaneException INVALID_ARGUMENT for a path that is too long, ALREADY_EXISTS if
   *     somebody serves there or the file is no socket, IO_FAILED
   */
  static NorthboundServer start(
      Path path, String name, ServerLimits limits, NorthboundService service) {
    ListeningSocket socket = ListeningSocket.bind(path);
    try {
      var server = new NorthboundServer(socket, Selector.open(), name, limits, service);
      server.thread.start();
      return server;
    } catch (IOException e) {
      socket.close();
      throw new MidplaneException(ErrorCode.IO_FAILED, "socket " + path + ": " + e.getMessage(), e);
    }
  }

  Path path() {
    return socket.path();
  }

  String name() {
    return name;
  }

  ServerLimits limits() {
    return limits;
  }

  NorthboundService service() {
    return service;
  }

  private void run() {
    var _ = ThreadMark.enter("the northbound server");
    try {
      while (open) {
        selector.select(this::onReady, millisToWait());
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          guarded(task);
        }
        onTime();
      }
    } catch (IOException e) {
      LOG.error("NODE-0206 the northbound server failed and ends", e);
    } finally {
      closeAll();
    }
  }

  /** One failing piece of work must not end the service for all. */
  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("NODE-0211 the northbound server failed at a piece of work and goes on", e);
    }
  }

  private long millisToWait() {
    long due = Math.min(firstExpiry.get(), acceptAgain);
    return due == Long.MAX_VALUE ? 0 : Math.max(1, (due - now() + 999_999) / 1_000_000);
  }

  private void onReady(SelectionKey key) {
    if (key == acceptKey) {
      guarded(this::accept);
      return;
    }
    Peer peer = (Peer) key.attachment();
    try {
      peer.onReady(buffer);
    } catch (CancelledKeyException e) {
      peer.close("");
    } catch (RuntimeException e) {
      LOG.error("NODE-0207 a request made the northbound server fail", e);
      peer.close("the node failed: " + e);
    }
  }

  private void accept() {
    try {
      SocketChannel channel = socket.channel().accept();
      if (channel != null) {
        welcome(channel);
      }
    } catch (IOException e) {
      LOG.warn("NODE-0208 cannot accept a connection: {}; trying again soon", e.getMessage());
      acceptKey.interestOps(0);
      acceptAgain = now() + ACCEPT_PAUSE_NANOS;
    }
  }

  private void welcome(SocketChannel channel) throws IOException {
    try {
      PeerIdentity identity = PeerIdentity.of(channel);
      if (!socket.admits(identity)) {
        turnAway(
            channel,
            new MidplaneException(
                ErrorCode.NOT_ALLOWED,
                "user %s: not allowed (expected: %s or root); run as the node's owner"
                    .formatted(identity.name(), socket.owner())));
      } else if (peers.size() >= limits.maxConnections()) {
        turnAway(
            channel,
            new MidplaneException(
                ErrorCode.LIMIT_EXCEEDED,
                "connections: %d (expected: at most %d); close some or raise"
                        .formatted(peers.size() + 1, limits.maxConnections())
                    + " midplane.node.northbound.max-connections"));
      } else {
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        Peer peer = new Peer(this, channel, key, ++connections, identity.name());
        key.attach(peer);
        peers.add(peer);
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void turnAway(SocketChannel channel, MidplaneException why) {
    LOG.warn("NODE-0209 connection refused: {}", why.getMessage());
    ByteBuffer frame = ByteBuffer.allocate(4096);
    new FrameEncoder(frame.capacity()).encode(FrameKind.ERROR, 0, FailureCodec.toProto(why), frame);
    try (channel) {
      channel.configureBlocking(false);
      channel.write(frame.flip());
    } catch (IOException gone) {
      LOG.debug("NODE-0212 who was turned away has left already", gone);
    }
  }

  private void onTime() {
    long now = now();
    if (now >= acceptAgain) {
      acceptAgain = Long.MAX_VALUE;
      acceptKey.interestOps(SelectionKey.OP_ACCEPT);
    }
    if (now >= firstExpiry.get()) {
      firstExpiry.set(Long.MAX_VALUE);
      for (Peer peer : List.copyOf(peers)) {
        guarded(() -> firstExpiry.accumulateAndGet(peer.expire(now), Math::min));
      }
    }
  }

  private long now() {
    return System.nanoTime() - clockStart;
  }

  /** When a request with such a timeout ends. Thread-safe. */
  long expiryIn(long timeoutMillis) {
    long expiry = now() + timeoutMillis * 1_000_000;
    long before = firstExpiry.getAndAccumulate(expiry, Math::min);
    if (expiry < before && Thread.currentThread() != thread) {
      selector.wakeup();
    }
    return expiry;
  }

  /** Runs a task on the server's thread. Thread-safe. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** A connection is over. */
  void remove(Peer peer) {
    peers.remove(peer);
  }

  private void closeAll() {
    var why =
        new MidplaneException(
            ErrorCode.UNREACHABLE, "node " + name + " is stopping; start it again, or wait for it");
    for (Peer peer : new ArrayList<>(peers)) {
      peer.leave(why);
    }
    socket.close();
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("NODE-0210 closing the northbound server failed", e);
    }
  }

  /** Ends all connections and removes the socket. Blocks: until the server's thread has ended. */
  @Override
  public void close() {
    open = false;
    selector.wakeup();
    try {
      if (!thread.join(STOP_TIMEOUT)) {
        LOG.warn("NODE-0212 the northbound server is still running after {}", STOP_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

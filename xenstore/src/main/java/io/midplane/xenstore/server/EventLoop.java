package io.midplane.xenstore.server;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.OversizedMessageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's only thread: it owns the store and all connections, and runs nobody else's code.
 * Nothing it does waits for a client.
 */
final class EventLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);
  private static final int BUFFER = 64 * 1024;

  /** How many tasks run before the sockets have their turn. */
  private static final int MOST_TASKS = 256;

  private final Selector selector;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<Connection> unflushed = new ArrayDeque<>();
  private final ArrayDeque<Connection> unread = new ArrayDeque<>();
  private final List<SelectionKey> full = new ArrayList<>();
  private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER);
  private final ByteBuffer output = ByteBuffer.allocateDirect(BUFFER);
  private final Handler handler;
  private volatile boolean stopping;
  private volatile boolean stopped;

  /** What the loop hands on. */
  interface Handler {
    void perform(Connection caller, Message request);

    /** The connection is over. */
    void closed(Connection connection);

    /** A client came to the socket of a domain; null if the domain is not there. */
    @Nullable Connection accepted(int domain, Port port);

    /** All that are open. */
    List<Connection> connections();

    /** A round is over. */
    void rested();
  }

  EventLoop(Handler handler) {
    this.handler = handler;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new MidplaneException(ErrorCode.IO_FAILED, "no selector: " + e, e);
    }
  }

  /** Accepts clients for a domain; before the loop runs. */
  void listen(ServerSocketChannel channel, int domain) {
    try {
      channel.register(selector, SelectionKey.OP_ACCEPT, domain);
    } catch (IOException e) {
      throw new MidplaneException(ErrorCode.IO_FAILED, "listening failed: " + e, e);
    }
  }

  /** Runs something on the loop's thread; from any thread. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** Ends the loop after the tasks that wait; from any thread. */
  void stop() {
    stopping = true;
    selector.wakeup();
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        round();
      }
    } catch (IOException e) {
      LOG.error("XS-0106 the event loop failed; the server stops", e);
    } finally {
      stopped = true;
      runTasks();
      closeAll();
    }
  }

  private static MidplaneException closed() {
    return new MidplaneException(ErrorCode.CLOSED, "the XenStore server is closed");
  }

  private void round() throws IOException {
    runTasks();
    flush();
    handler.rested();
    if (unread.isEmpty()) {
      selector.select(this::onKey);
    } else {
      selector.selectNow(this::onKey);
      resume();
    }
    flush();
  }

  private void runTasks() {
    Runnable task = tasks.poll();
    for (int count = 1; task != null; count++) {
      try {
        task.run();
      } catch (RuntimeException bug) {
        LOG.error("XS-0107 a task failed in a way nobody foresaw", bug);
      }
      if (count == MOST_TASKS && !stopped) {
        selector.wakeup();
        return;
      }
      task = tasks.poll();
    }
  }

  private void onKey(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.isAcceptable()) {
      accept(key);
      return;
    }
    Connection connection = (Connection) key.attachment();
    int ready = key.readyOps();
    if ((ready & SelectionKey.OP_WRITE) != 0) {
      flush(connection);
    }
    if ((ready & SelectionKey.OP_READ) != 0) {
      receive(connection);
    }
  }

  private void accept(SelectionKey listeningKey) {
    ServerSocketChannel listening = (ServerSocketChannel) listeningKey.channel();
    int domain = (Integer) listeningKey.attachment();
    try {
      for (SocketChannel client = listening.accept(); client != null; client = listening.accept()) {
        client.configureBlocking(false);
        SelectionKey key = client.register(selector, SelectionKey.OP_READ);
        Port port = new SocketPort(client, key);
        Connection connection = handler.accepted(domain, port);
        if (connection == null) {
          port.close();
        } else {
          key.attach(connection);
        }
      }
    } catch (IOException e) {
      LOG.warn("XS-0108 a client could not be accepted, others wait until one goes: {}", e, e);
      if (listeningKey.isValid()) {
        listeningKey.interestOps(0);
        full.add(listeningKey);
      }
    }
  }

  /** Takes what a client sent, if its replies do not pile up; false if there was nothing. */
  private boolean receive(Connection connection) {
    if (connection.isClosed() || connection.unread() != null) {
      return false;
    }
    int count;
    input.clear();
    try {
      count = connection.port().read(input);
    } catch (IOException reset) {
      count = -1;
    }
    if (count < 0) {
      close(connection);
    } else {
      process(connection, input.flip());
    }
    return count > 0;
  }

  /** Sends and takes all there is; for a connection that no selector watches. */
  void serve(Connection connection) {
    flush(connection);
    while (receive(connection)) {
      flush();
    }
  }

  private void process(Connection connection, ByteBuffer bytes) {
    try {
      while (!connection.isClosed() && !connection.isBehind()) {
        Message request = connection.decoder().next(bytes);
        if (request == null) {
          connection.unread(null);
          return;
        }
        handler.perform(connection, request);
      }
    } catch (OversizedMessageException e) {
      LOG.info("XS-0109 {}: {}; it is closed", connection, e.getMessage());
      flush(connection);
      connection.port().violated();
      close(connection);
      return;
    }
    if (!connection.isClosed()) {
      keep(connection, bytes);
    }
  }

  /** The connection is behind: the rest of its requests waits until its replies are read. */
  private void keep(Connection connection, ByteBuffer bytes) {
    if (bytes != connection.unread()) {
      connection.unread(copy(bytes));
    }
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
  }

  private void resume() {
    List<Connection> now = new ArrayList<>(unread);
    unread.clear();
    for (Connection connection : now) {
      ByteBuffer rest = connection.unread();
      if (rest != null && !connection.isClosed()) {
        process(connection, rest);
        connection.wantFlush();
        receive(connection);
      }
    }
  }

  /** The connection has something to send. */
  void flushLater(Connection connection) {
    unflushed.add(connection);
  }

  private void flush() {
    for (Connection next = unflushed.poll(); next != null; next = unflushed.poll()) {
      next.flushed();
      flush(next);
    }
  }

  /** Sends what the client takes. */
  void flush(Connection connection) {
    if (connection.isClosed()) {
      return;
    }
    boolean all = true;
    try {
      all = send(connection);
    } catch (IOException reset) {
      connection.outputIsDead();
    }
    if (!all && connection.isStalled()) {
      LOG.warn("XS-0103 {} does not read its events and is closed", connection);
      close(connection);
      return;
    }
    boolean waits = connection.unread() != null;
    connection.port().interest(!waits, !all);
    if (waits && !connection.isBehind()) {
      unread.add(connection);
    }
  }

  private boolean send(Connection connection) throws IOException {
    ByteBuffer rest = connection.unsent();
    if (rest != null) {
      connection.port().write(rest);
      if (rest.hasRemaining()) {
        return false;
      }
      connection.unsent(null);
    }
    while (!connection.outbox().isEmpty()) {
      output.clear();
      connection.outbox().drainTo(output);
      connection.port().write(output.flip());
      if (output.hasRemaining()) {
        connection.unsent(copy(output));
        return false;
      }
    }
    return true;
  }

  /** Ends a connection. */
  void close(Connection connection) {
    if (!connection.isClosed()) {
      connection.closed();
      connection.port().close();
      handler.closed(connection);
      acceptAgain();
    }
  }

  private void acceptAgain() {
    for (SelectionKey key : full) {
      if (key.isValid()) {
        key.interestOps(SelectionKey.OP_ACCEPT);
      }
    }
    full.clear();
  }

  /** Runs something and answers on the loop's thread, unless it stopped. */
  <T extends @Nullable Object> void answer(Supplier<T> work, CompletableFuture<T> to) {
    execute(() -> {
      try {
        to.complete(work.get());
      } catch (RuntimeException e) {
        to.completeExceptionally(e);
      }
    });
    if (stopped) {
      to.completeExceptionally(closed());
    }
  }

  private void closeAll() {
    for (Connection connection : handler.connections()) {
      flush(connection);
      close(connection);
    }
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("XS-0115 closing the selector failed", e);
    }
  }
}

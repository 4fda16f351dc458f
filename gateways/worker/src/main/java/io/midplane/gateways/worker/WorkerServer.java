package io.midplane.gateways.worker;

import io.midplane.calls.MidplaneException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Accepts connections and serves a gateway on each. */
public final class WorkerServer implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

  /** How long saying good-bye may take, to one that may not read any more. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Worker worker;
  private final ServerSettings settings;
  private final ServerSocket server;
  private final @Nullable SelfSigned certificate;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private WorkerServer(
      Worker worker,
      ServerSettings settings,
      ServerSocket server,
      @Nullable SelfSigned certificate) {
    this.worker = worker;
    this.settings = settings;
    this.server = server;
    this.certificate = certificate;
  }

  /** Listens, and accepts on a thread of its own. */
  public static WorkerServer start(Worker worker, ServerSettings settings) throws IOException {
    SelfSigned certificate = settings.token() == null ? null : SelfSigned.create();
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(settings.address());
    } catch (IOException taken) {
      socket.close();
      throw new IOException("listen: " + settings.address() + ": " + taken.getMessage(), taken);
    }
    WorkerServer server = new WorkerServer(worker, settings, socket, certificate);
    Thread.ofVirtual().name("gateway-accept").start(server::accept);
    return server;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (open.size() >= settings.maxClients()) {
          warn(socket, "turned away: " + settings.maxClients() + " clients are served already");
          socket.close();
          continue;
        }
        open.add(socket);
        if (server.isClosed()) {
          socket.close();
        }
        begin(socket);
      } catch (IOException failure) {
        if (server.isClosed()) {
          return;
        }
        // Too many open files, most likely: some client will end.
        System.err.println("midplane-worker: accept: " + failure.getMessage());
        LockSupport.parkNanos(AFTER_FAILURE.toNanos());
      }
    }
  }

  private void begin(Socket socket) throws IOException {
    try {
      Thread.ofPlatform().daemon().name("gateway-" + socket.getPort()).start(() -> serve(socket));
    } catch (OutOfMemoryError noThread) {
      open.remove(socket);
      socket.close();
      throw new IOException(noThread.getMessage(), noThread);
    }
  }

  private void serve(Socket socket) {
    CompletableFuture<Boolean> greeted = new CompletableFuture<>();
    closeUnless(greeted, socket, settings.greeting(), "no greeting");
    try (socket) {
      socket.setTcpNoDelay(true);
      Socket stream = let(socket);
      InputStream in = new BufferedInputStream(stream.getInputStream(), BUFFER);
      String line = Greeting.readLine(in);
      if (line != null && greeted.complete(true)) {
        serve(line, in, stream.getOutputStream(), socket);
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        closeUnless(ended, socket, LAST_WORDS, "reads no end");
        stream.close();
        ended.complete(true);
      }
    } catch (IOException | MidplaneException failure) {
      boolean inTime = greeted.complete(true) || greeted.join();
      if (inTime && !server.isClosed()) {
        warn(socket, String.valueOf(failure.getMessage()));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      greeted.complete(true);
      open.remove(socket);
    }
  }

  private void serve(String line, InputStream in, OutputStream out, Socket socket)
      throws IOException, InterruptedException {
    Greeting greeting = Greeting.of(line);
    String python = settings.python();
    if (python != null && !greeting.midplane()) {
      ChildInterpreter.serve(python, line, in, out);
    } else {
      var unused = worker.serve(greeting, in, out, socket);
    }
  }

  /** The connection to serve on, once the client showed what it has to. */
  private Socket let(Socket socket) throws IOException {
    Token token = settings.token();
    return token == null || certificate == null
        ? socket
        : SocketGreeting.accept(socket, certificate, token);
  }

  private static void closeUnless(
      CompletableFuture<Boolean> done, Socket socket, Duration within, String otherwise) {
    var unused =
        done.completeOnTimeout(false, within.toNanos(), TimeUnit.NANOSECONDS)
            .thenAccept(inTime -> {
              if (!inTime) {
                warn(socket, otherwise + " within " + within);
                closeQuietly(socket);
              }
            });
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      warn(socket, String.valueOf(alreadyBroken.getMessage()));
    }
  }

  private static void warn(Socket socket, String text) {
    System.err.println("midplane-worker: " + socket.getRemoteSocketAddress() + ": " + text);
  }

  /** Listens no more and ends every connection. */
  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}

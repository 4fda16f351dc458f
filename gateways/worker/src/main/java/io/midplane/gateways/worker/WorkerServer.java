package io.midplane.gateways.worker;

import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Accepts connections and serves a gateway on each. */
public final class WorkerServer implements AutoCloseable {
  private final Worker worker;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private WorkerServer(Worker worker, ServerSocket server) {
    this.worker = worker;
    this.server = server;
  }

  /**
   * Listens, and accepts on a thread of its own.
   *
   * @param address whoever can connect to it can run code here
   */
  public static WorkerServer start(Worker worker, InetSocketAddress address) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(address);
    WorkerServer server = new WorkerServer(worker, socket);
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
        open.add(socket);
        Thread.ofVirtual().name("gateway-" + socket.getPort()).start(() -> serve(socket));
      } catch (SocketException closed) {
        return;
      } catch (IOException failure) {
        System.err.println("midplane-worker: accept: " + failure);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var unused = worker.serve(socket.getInputStream(), socket.getOutputStream());
    } catch (IOException | MidplaneException failure) {
      System.err.println(
          "midplane-worker: " + socket.getRemoteSocketAddress() + ": " + failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
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

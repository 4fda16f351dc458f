package io.midplane.benchmarks;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The peer of a request over a socket: sends back what it gets, and does nothing else. A process of
 * its own.
 */
final class EchoServer {
  static final int BYTES = 96;

  private EchoServer() {}

  /** Serves one client at a time on the socket of this path, for ever. */
  public static void main(String[] arguments) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(arguments[0]));
      System.out.println("ready " + arguments[0]);
      while (true) {
        try (SocketChannel client = server.accept()) {
          serve(client);
        }
      }
    }
  }

  private static void serve(SocketChannel client) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    while (exchange(client, buffer)) {
      buffer.clear();
    }
  }

  private static boolean exchange(SocketChannel client, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (client.read(buffer) < 0) {
        return false;
      }
    }
    write(client, buffer.flip());
    return true;
  }

  /** Sends a buffer and waits until it has come back. */
  static void call(SocketChannel server, ByteBuffer buffer) throws IOException {
    write(server, buffer.clear());
    buffer.clear();
    while (buffer.hasRemaining()) {
      if (server.read(buffer) < 0) {
        throw new IOException("echo server: closed the connection");
      }
    }
  }

  private static void write(SocketChannel to, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      int unused = to.write(buffer);
    }
  }
}

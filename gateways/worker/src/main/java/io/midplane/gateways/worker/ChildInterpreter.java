package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Python interpreter that serves a stock client's gateway in this worker's place: it gets the
 * client's own text and a connection to here, and the bytes of both are passed on. It needs no
 * execnet, and ends with its client.
 */
final class ChildInterpreter {
  /**
   * Connects to a port, shows a secret, then runs the line that comes as a server of execnet does.
   */
  private static final String CONNECT =
      """
      import socket, sys
      port, secret = sys.stdin.readline().split()
      clientsock = socket.create_connection(("127.0.0.1", int(port)))
      clientsock.sendall(secret.encode())
      address = clientsock.getpeername()
      line = bytearray()
      while not line.endswith(b"\\n"):
          more = clientsock.recv(1)
          if not more:
              sys.exit(0)
          line += more
      exec(eval(bytes(line)), {"clientsock": clientsock, "address": address})
      """;

  private static final Duration START = Duration.ofSeconds(10);

  /** What a stock worker allows its tasks, and a little more. */
  private static final Duration GRACE = Duration.ofSeconds(16);

  private ChildInterpreter() {}

  /**
   * Serves one gateway. Blocks: until its client is gone and the interpreter ended.
   *
   * @param python words of a shell that start the interpreter
   * @param line the client's greeting
   */
  static void serve(String python, String line, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process interpreter = start(python);
      try (Socket child = connection(server, interpreter)) {
        child.setTcpNoDelay(true);
        child.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        Thread towards =
            Thread.ofVirtual().name("interpreter-input").start(() -> carryIn(in, child));
        child.getInputStream().transferTo(out);
        out.flush();
        towards.interrupt();
      } finally {
        end(interpreter);
      }
    }
  }

  private static Process start(String python) throws IOException {
    List<String> command =
        List.of("sh", "-c", "exec " + python + " \"$@\" >&2", "sh", "-u", "-c", CONNECT);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The one that knows the secret; anybody on this machine could connect. */
  private static Socket connection(ServerSocket server, Process interpreter) throws IOException {
    byte[] secret = Token.random().getBytes(StandardCharsets.US_ASCII);
    try (OutputStream input = interpreter.getOutputStream()) {
      input.write((server.getLocalPort() + " ").getBytes(StandardCharsets.US_ASCII));
      input.write(secret);
      input.write('\n');
    }
    server.setSoTimeout(Math.toIntExact(START.toMillis()));
    long until = System.nanoTime() + START.toNanos();
    while (interpreter.isAlive() && System.nanoTime() < until) {
      Socket socket = accept(server, interpreter);
      socket.setSoTimeout(Math.toIntExact(START.toMillis()));
      if (MessageDigest.isEqual(secret, socket.getInputStream().readNBytes(secret.length))) {
        socket.setSoTimeout(0);
        return socket;
      }
      socket.close();
    }
    throw failed(interpreter);
  }

  private static Socket accept(ServerSocket server, Process interpreter) throws IOException {
    interpreter.onExit().thenRun(() -> close(server));
    try {
      return server.accept();
    } catch (SocketTimeoutException late) {
      throw failed(interpreter);
    } catch (IOException closed) {
      if (interpreter.isAlive()) {
        throw closed;
      }
      throw failed(interpreter);
    }
  }

  private static MidplaneException failed(Process interpreter) {
    String how =
        interpreter.isAlive() ? "did not begin in time" : "exited with " + interpreter.exitValue();
    return new MidplaneException(
        ErrorCode.CALLEE_DIED, "python: the interpreter " + how + "; check --python");
  }

  private static void carryIn(InputStream from, Socket child) {
    try {
      from.transferTo(child.getOutputStream());
      child.shutdownOutput();
    } catch (IOException gone) {
      // One of both is; the other direction ends then as well.
      close(child);
    }
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      System.err.println("midplane-worker: " + alreadyBroken.getMessage());
    }
  }

  private static void end(Process interpreter) throws InterruptedException {
    List<ProcessHandle> started = interpreter.descendants().toList();
    if (!interpreter.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
      interpreter.destroyForcibly();
    }
    started.forEach(ProcessHandle::destroyForcibly);
  }
}

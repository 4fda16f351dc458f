package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.SocketClient;
import io.midplane.gateways.worker.Token;
import io.midplane.gateways.worker.TokenFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gateways over a connection: to a server that runs already, or that another gateway starts for
 * this.
 */
final class SocketStart {
  /** How long the secret is that a listener of ours asks for. */
  private static final int SECRET = 32;

  private final XSpec spec;
  private final String id;
  private final String model;
  private final Duration timeout;

  private SocketStart(XSpec spec, String id, String model, Duration timeout) {
    this.spec = spec;
    this.id = id;
    this.model = model;
    this.timeout = timeout;
  }

  /** An end over a connection, the handshake still to come. */
  record Started(Endpoint endpoint, Launch launch) {}

  /**
   * Connects as a spec says. Blocks: yes.
   *
   * @param via the gateway of {@code installvia=}; null without
   */
  static Started begin(
      XSpec spec, String id, String model, @Nullable Gateway via, Duration timeout) {
    SocketStart start = new SocketStart(spec, id, model, timeout);
    try {
      return via == null ? start.connect() : start.install(via);
    } catch (IOException failed) {
      throw new MidplaneException(
          ErrorCode.UNREACHABLE, "gateway " + id + ": " + failed.getMessage(), failed);
    }
  }

  private Started connect() throws IOException {
    InetSocketAddress address = address(spec.get("socket").orElseThrow());
    if (spec.get("token-file").isPresent()) {
      Token token = TokenFile.read(Path.of(spec.get("token-file").orElseThrow()));
      return java(SocketClient.connect(address, token, timeout));
    }
    Socket socket = open(address);
    return spec.isPython() ? stock(socket) : java(socket);
  }

  private Started java(Socket socket) throws IOException {
    return new Started(new SocketEndpoint(socket), Launches.greeted(id, model));
  }

  /** A server of execnet: it runs the text that comes first, with the connection in scope. */
  private Started stock(Socket socket) throws IOException {
    byte[] line = PythonText.socketLine(id + "-worker", model);
    return new Started(new SocketEndpoint(socket), python(line));
  }

  private static Launch python(byte[] line) {
    Launch.Step step = new Launch.Step(line, '1');
    return new Launch(List.of(), Map.of(), List.of(step), FarSide.PYTHON, false);
  }

  /** The gateway listens for one connection, on loopback, for who knows what it was told. */
  private Started install(Gateway via) throws IOException {
    try (Channel channel = via.listen()) {
      if (!(channel.receive(timeout) instanceof Tuple place)
          || place.size() < 2
          || !(place.get(0) instanceof String host)
          || !(place.get(1) instanceof Integer port)) {
        throw new MidplaneException(
            ErrorCode.PROTOCOL_VIOLATION,
            "gateway " + via.id() + ": no host and port (expected: a tuple of both)");
      }
      InetSocketAddress address = loopback(via, host, port);
      if (via.farSide() == FarSide.JAVA
          && place.size() > 2
          && place.get(2) instanceof String token) {
        return java(SocketClient.connect(address, Token.of(token), timeout));
      }
      Socket socket = open(address);
      if (place.size() > 2 && place.get(2) instanceof Bytes secret) {
        greet(socket, secret);
      }
      return new Started(
          new SocketEndpoint(socket), python(PythonText.workerLine(id + "-worker", model)));
    }
  }

  /** The far end says where; it does not choose whom this JVM talks to. */
  private static InetSocketAddress loopback(Gateway via, String host, int port) {
    if (port > 0 && port < 1 << 16) {
      InetSocketAddress address = new InetSocketAddress(host, port);
      if (!address.isUnresolved() && address.getAddress().isLoopbackAddress()) {
        return address;
      }
    }
    throw new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION,
        "gateway %s: listens at %s:%d (expected: a loopback address and a port)"
            .formatted(via.id(), host, port));
  }

  private static void greet(Socket socket, Bytes secret) throws IOException {
    if (secret.length() != SECRET) {
      socket.close();
      throw new IOException("secret of " + secret.length() + " bytes (expected: " + SECRET + ")");
    }
    try {
      socket.getOutputStream().write(secret.toArray());
    } catch (IOException gone) {
      socket.close();
      throw gone;
    }
  }

  private Socket open(InetSocketAddress address) throws IOException {
    if (address.isUnresolved()) {
      throw new MidplaneException(
          ErrorCode.UNREACHABLE, "gateway " + id + ": host not found: " + address.getHostString());
    }
    Socket socket = new Socket();
    try {
      socket.connect(address, Math.toIntExact(timeout.toMillis()));
      socket.setTcpNoDelay(true);
      return socket;
    } catch (IOException refused) {
      socket.close();
      throw new IOException(address + ": " + refused.getMessage(), refused);
    }
  }

  private InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(colon, 0)).replaceAll("^\\[|]$", "");
      if (host.isEmpty()) {
        throw new NumberFormatException("no host");
      }
      return new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (IllegalArgumentException wrong) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "spec " + spec + ": socket=" + text + " (expected: HOST:PORT, a port up to 65535)",
          wrong);
    }
  }
}

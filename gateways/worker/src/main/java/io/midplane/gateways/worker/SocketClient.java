package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** The client's half of {@link SocketGreeting}, for the side that starts a gateway. */
public final class SocketClient {
  private SocketClient() {}

  /**
   * Connects to a socket server that asks for a token, and does all that comes before the worker's
   * greeting. Blocks: so long at most for each step.
   *
   * @return an encrypted connection to a server that knows the token
   * @throws MidplaneException UNREACHABLE if nobody answers there; NOT_ALLOWED if the other side
   *     does not have this token; PROTOCOL_VIOLATION if it is no such server
   */
  public static Socket connect(InetSocketAddress address, Token token, Duration timeout)
      throws IOException {
    Socket raw = open(address, timeout);
    try {
      raw.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      raw.setTcpNoDelay(true);
      SSLSocket socket = SocketGreeting.encrypted(clientContext(), raw, true);
      askFor(socket, token, address);
      raw.setSoTimeout(0);
      return socket;
    } catch (SSLException noTls) {
      raw.close();
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          address + ": no TLS there (" + noTls.getMessage() + "); a server for stock clients?",
          noTls);
    } catch (SocketTimeoutException silent) {
      raw.close();
      throw new MidplaneException(
          ErrorCode.TIMED_OUT, address + ": no greeting within " + timeout, silent);
    } catch (IOException | RuntimeException failure) {
      raw.close();
      throw failure;
    }
  }

  private static Socket open(InetSocketAddress address, Duration timeout) throws IOException {
    Socket raw = new Socket();
    try {
      if (address.isUnresolved()) {
        throw new UnknownHostException(address.getHostString());
      }
      raw.connect(address, Math.toIntExact(timeout.toMillis()));
      return raw;
    } catch (IOException nobody) {
      raw.close();
      throw new MidplaneException(
          ErrorCode.UNREACHABLE,
          "cannot connect to " + address + ": " + nobody.getMessage(),
          nobody);
    }
  }

  private static void askFor(SSLSocket socket, Token token, InetSocketAddress address)
      throws IOException {
    String head = SocketGreeting.line(socket);
    if (!head.startsWith(SocketGreeting.HEAD)) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          address + ": \"" + head + "\" (expected: " + SocketGreeting.HEAD + "NONCE)");
    }
    byte[] theirs = SocketGreeting.parse(head.substring(SocketGreeting.HEAD.length()));
    if (theirs.length != SocketGreeting.NONCE) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          address
              + ": nonce of "
              + theirs.length
              + " bytes (expected: "
              + SocketGreeting.NONCE
              + ")");
    }
    byte[] ours = SocketGreeting.nonce();
    byte[] certificate = SocketGreeting.digest(socket.getSession().getPeerCertificates()[0]);
    byte[] shown = token.proof(SocketGreeting.CLIENT, certificate, theirs, ours);
    SocketGreeting.say(
        socket, SocketGreeting.HEX.formatHex(ours) + " " + SocketGreeting.HEX.formatHex(shown));
    byte[] expected = token.proof(SocketGreeting.SERVER, certificate, theirs, ours);
    if (!SocketGreeting.isProof(SocketGreeting.line(socket), expected)) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          address
              + ": the server does not take this token; use the file that it named at its start");
    }
  }

  private static SSLContext clientContext() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, null);
      return context;
    } catch (GeneralSecurityException missing) {
      throw new IOException("TLS: " + missing.getMessage(), missing);
    }
  }
}
